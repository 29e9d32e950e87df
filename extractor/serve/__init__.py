"""The pipeline over HTTP: FastAPI on uvicorn.

server, worker    processes: one or several, sharing what lies in the state folder
protocol          uvicorn's, with limits on slow and long headers
guard             around every request: id, host, origin, security headers, log, metrics
app               the routes
admission         how many extractions run, how many may wait
desk              identical requests share one answer; answers are kept in memory
room              the thread where postings are read, so that HTTP never waits for it
keys, replays     API keys with limits and budgets; answers to repeated Idempotency-Keys
batches, clerk    uploads, and the process that works through them
problems          what goes wrong, as RFC 9457 problem details
"""
