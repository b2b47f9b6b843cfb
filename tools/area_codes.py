"""Write ``strategies/compliance/data/area_codes.csv``: in which states and provinces a North American area code is.

The places are those that libphonenumber's geocoding data name for any exchange of the code. Reading them takes
many seconds and much memory, so their summary is kept beside the code.

Run: ``python tools/area_codes.py``
"""

from __future__ import annotations

import csv
import re
from collections import defaultdict
from pathlib import Path

import phonenumbers
from phonenumbers.geodata import GEOCODE_DATA

TARGET = Path(__file__).parent.parent / "strategies" / "compliance" / "data" / "area_codes.csv"

CANADA = frozenset(("AB", "BC", "MB", "NB", "NL", "NS", "NT", "NU", "ON", "PE", "QC", "SK", "YT"))

NAMES = {
    "Alabama": "AL", "Alaska": "AK", "Arizona": "AZ", "Arkansas": "AR", "California": "CA", "Colorado": "CO",
    "Connecticut": "CT", "Delaware": "DE", "Florida": "FL", "Georgia": "GA", "Hawaii": "HI", "Idaho": "ID",
    "Illinois": "IL", "Indiana": "IN", "Iowa": "IA", "Kansas": "KS", "Kentucky": "KY", "Louisiana": "LA",
    "Maine": "ME", "Maryland": "MD", "Massachusetts": "MA", "Michigan": "MI", "Minnesota": "MN",
    "Mississippi": "MS", "Missouri": "MO", "Montana": "MT", "Nebraska": "NE", "Nevada": "NV",
    "New Hampshire": "NH", "New Jersey": "NJ", "New Mexico": "NM", "New York": "NY", "North Carolina": "NC",
    "North Dakota": "ND", "Ohio": "OH", "Oklahoma": "OK", "Oregon": "OR", "Pennsylvania": "PA",
    "Rhode Island": "RI", "South Carolina": "SC", "South Dakota": "SD", "Tennessee": "TN", "Texas": "TX",
    "Utah": "UT", "Vermont": "VT", "Virginia": "VA", "Washington State": "WA", "Washington D.C.": "DC",
    "West Virginia": "WV", "Wisconsin": "WI", "Wyoming": "WY",
    "Alberta": "AB", "British Columbia": "BC", "British Colombia": "BC", "Manitoba": "MB", "New Brunswick": "NB",
    "Newfoundland and Labrador": "NL", "Northwest Territories": "NT", "Nova Scotia": "NS", "Nunavut": "NU",
    "Ontario": "ON", "Prince Edward Island": "PE", "Quebec": "QC", "Saskatchewan": "SK", "Yukon": "YT",
}  # fmt: skip


def main() -> None:
    """Write the table."""
    codes: dict[str, set[str]] = defaultdict(set)
    for prefix, names in GEOCODE_DATA.items():
        if re.match("1[2-9]", prefix) and len(prefix) >= 4:
            where = names.get("en", "").split(", ")[-1]
            for name in where.split("/"):
                if state := NAMES.get(name, name if name in NAMES.values() else None):
                    codes[f"{'CA' if state in CANADA else 'US'}-{state}"].add(prefix[1:4])
    with TARGET.open("w", encoding="utf-8", newline="") as file:
        rows = csv.writer(file, lineterminator="\n")
        rows.writerow(("place", "area_codes"))
        rows.writerows((place, " ".join(sorted(found))) for place, found in sorted(codes.items()))
    print(f"{TARGET.name}: {len(codes)} places, libphonenumber {phonenumbers.__version__}")


if __name__ == "__main__":
    main()
