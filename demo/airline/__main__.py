"""How is the demo airline started, seeded, and documented?"""

import sys

from demo.airline.company import AIRLINE
from demo.systems.command import run_company

PORT = 8083

if __name__ == "__main__":
    sys.exit(run_company(AIRLINE, PORT))
