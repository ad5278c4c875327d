"""How is the demo bank started, seeded, and documented?"""

import sys

from demo.bank.company import BANK
from demo.systems.command import run_company

PORT = 8101

if __name__ == "__main__":
    sys.exit(run_company(BANK, PORT))
