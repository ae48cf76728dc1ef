"""Windows of the main job for the dates whose last day is known without xinpu's calendar.

The last day is the 7th working day before the application date. These were worked out by hand from the State Council's
yearly arrangements: (application date, last day). The first day is the same day so many years earlier.
"""

LAST_DAYS = {
    "2026-11-24": "2026-11-13",  # no holiday near
    "2026-11-21": "2026-11-12",  # Saturday: the window of Monday 23
    "2026-02-26": "2026-02-10",  # Spring Festival 15 to 23 February, Saturday 14 works
    "2026-02-28": "2026-02-12",  # a working Saturday does not count itself
    "2026-05-11": "2026-04-28",  # 1 to 5 May off, Saturday 9 works
    "2026-10-08": "2026-09-21",  # 25 to 27 September and 1 to 7 October off
    "2026-10-12": "2026-09-24",  # Saturday 10 October works
    "2026-01-05": "2025-12-24",  # across the years, Sunday 4 January works
    "2025-02-08": "2025-01-23",  # 28 January to 4 February off, Sunday 26 January works
    "2025-10-09": "2025-09-23",  # 1 to 8 October off, Sunday 28 September works
    "2024-03-11": "2024-02-29",  # ends on a leap day
    "2020-02-10": "2020-01-22",  # the holiday that was prolonged
}


def window(date, years):
    """(first day, last day), both included; 29 February becomes the 28th where the year has none."""
    last = LAST_DAYS[date]
    year = int(last[:4]) - years
    rest = last[4:]
    leap = year % 4 == 0 and (year % 100 != 0 or year % 400 == 0)
    return f"{year:04d}" + ("-02-28" if rest == "-02-29" and not leap else rest), last
