"""How good an extraction is, field by field: `python -m eval`. Imports extractor, never the reverse.

predictions.py, gold.py   what was answered; what is right
fields.py                 which fields are scored, and how: the one table
comparators.py            one comparator a type, over folding.py, numbers.py, places.py
matching.py               which item of one list answers which of the other
scoring.py                one document: gold and prediction to scores
metrics.py                scores to precision, recall, F1, invented and omitted rates
"""
