"""What stops a start on one machine, said as a sentence that names the thing and what to do?"""


class StartError(Exception):
    """Something expected keeps a server from starting; the message is printed as it is, without a traceback."""

    code = "start_failed"
