"""One run on many machines (`--engine ray`): Ray Data reads, asks and writes, rows in blocks.

    engine      the run: reads -> asks -> writes, watched from the process that began it; read this first
    worker      an actor that reads postings with the same pipeline as a run on one machine
    gatekeeper  the one actor that holds gate, purse and bill for all workers
    shared      what workers hold in place of a gate and a purse of their own: the gatekeeper's
    parts       the output, a folder of Parquet files; each is whole, and says which rows it answers

Nothing here is imported unless that engine is asked for.
"""
