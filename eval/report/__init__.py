"""A judged run told to people and machines.

content.py    all that is told, once, as plain data (this is also the JSON report)
marks.py      a posting's text with gold and predicted evidence marked
page.py       one self-contained HTML page, from page.html.j2
markdown.py   a summary for a pull request
junit.py      the gate's conditions as test cases
"""
