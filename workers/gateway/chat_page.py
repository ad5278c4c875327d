"""How is the customer's chat served?"""

from fastapi import APIRouter

router = APIRouter()
