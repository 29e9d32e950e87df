"""Many postings: read one by one, asked about side by side, each answered exactly once.

    command    `extractor batch` and `extractor batch status`
    run        reads, asks, records; read this first
    rows       one posting to be asked about, and what makes it the same as an earlier one
    readers    folders, patterns, JSON Lines, CSV, Parquet and standard input as rows
    asking     question by question online, or by the provider's batches
    options    what a run is told
    gate       how many calls may be in flight, and when everyone waits or stops
    pace       how many calls a second a provider takes
    quota      requests and tokens a minute
    gated      a model behind the gate and the purse
    purse      dollars reserved before a call, settled after it
    ledger     what is finished, in SQLite; the truth of a run
    parked     rows, lines and batches that wait for the provider, in the ledger
    shards     batches on their way: cut, submitted, looked after, collected
    survey     what an input holds, and a sample of it
    estimate   what a run will take
    dedupe     near duplicates among the results
    output     the file that shows what the ledger holds
    writers    JSON Lines, CSV and Parquet
    bill       what a run did and paid
    display    how far it is, for people
    status     how far it was, from the ledger
    report     what came out of it, as a page and as Markdown
    addresses  inputs and outputs elsewhere, through fsspec
    cluster    one run on many machines, by Ray

A result is committed to the ledger before anything else is done with it. The output is made from the
ledger, so that a kill at any instant loses nothing and writes nothing twice.
"""
