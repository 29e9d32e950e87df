"""What came out of a run, in pictures: one self-contained HTML page, and the same as Markdown.

records    an output's records one by one, whatever its form
tally      counts and samples of them, in bounded memory
content    the figures as both reports show them
page       HTML: no outside resource, light and dark, narrow and wide
markdown   the same for terminals and pull requests
"""
