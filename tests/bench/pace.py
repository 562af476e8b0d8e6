# SPDX-License-Identifier: GPL-3.0-or-later
"""A station as queues: do its desks and booths keep pace with the people who come?

Event-driven and seeded. Voters come at random (Poisson); each goes to the desk of their last digit,
then to the booth that is free first. At the desk and in the booth a person's time is added to the
terminal's own. Nothing here draws a screen: bench-pace.py puts in what this build was measured to
need."""
import argparse
import heapq
import math
import random
from collections import namedtuple

PERSON_DESK, PERSON_BOOTH = 20.0, 70.0  # seconds, of the design: 272 voters an hour in 2014
VOTERS_AN_HOUR = 272
DIGITS = 10

Station = namedtuple("Station", "desks booths desk_time booth_time")
Result = namedtuple("Result", "served an_hour mean_wait p95_wait desk_wait booth_wait "
                              "longest_queue")


class Fixed:
    """Always the same seconds."""

    def __init__(self, seconds):
        self.mean = seconds

    def draw(self, dice):
        return self.mean


class Spread:
    """Seconds as people are: never below a third of the mean, a long tail above it."""

    def __init__(self, mean, machine=0.0):
        self.mean, self.machine = mean + machine, machine
        self.least = mean / 3
        self.more = mean - self.least

    def draw(self, dice):
        return self.machine + self.least + dice.gammavariate(2, self.more / 2)


class Line:
    """One queue before some servers, first come first served."""

    def __init__(self, servers, time):
        self.time, self.free_at, self.leaving = time, [0.0] * servers, []

    def serve(self, now, dice):
        """(when it begins, when it ends) for one who comes now; calls come in order of time."""
        begins = max(now, heapq.heappop(self.free_at))
        ends = begins + self.time.draw(dice)
        heapq.heappush(self.free_at, ends)
        while self.leaving and self.leaving[0] <= now:
            heapq.heappop(self.leaving)
        heapq.heappush(self.leaving, begins)
        return begins, ends

    @property
    def waiting(self):
        """How many have not begun, at the last arrival."""
        return len(self.leaving)


def lanes(desks):
    """Which desk serves each last digit, spread as evenly as ten digits allow."""
    return [digit * desks // DIGITS for digit in range(DIGITS)]


def arrivals(dice, an_hour, hours, per_hour=3600.0):
    now = 0.0
    while True:
        now += dice.expovariate(an_hour / per_hour)
        if now > hours * per_hour:
            return
        yield now


def percentile(values, share):
    """The least value that at least this share of them does not exceed."""
    return sorted(values)[max(math.ceil(share * len(values)) - 1, 0)] if values else 0.0


def simulate(station, an_hour, hours, seed):
    """One day at one station."""
    dice = random.Random(seed)
    lane_of = lanes(station.desks)
    desks = [Line(1, station.desk_time) for _ in range(station.desks)]
    booths = Line(station.booths, station.booth_time)
    at_booths, desk_waits, longest = [], [], 0
    for now in arrivals(dice, an_hour, hours):
        desk = desks[lane_of[dice.randrange(DIGITS)]]
        begins, ends = desk.serve(now, dice)
        desk_waits.append(begins - now)
        longest = max(longest, desk.waiting)
        heapq.heappush(at_booths, (ends, len(desk_waits) - 1))
    booth_waits, last = [0.0] * len(desk_waits), 0.0
    while at_booths:  # in the order in which the desks let them go
        now, who = heapq.heappop(at_booths)
        begins, ends = booths.serve(now, dice)
        booth_waits[who] = begins - now
        longest = max(longest, booths.waiting)
        last = max(last, ends)
    waits = [a + b for a, b in zip(desk_waits, booth_waits)]
    n = max(len(waits), 1)
    return Result(len(waits), len(waits) / max(last, 1.0) * 3600, sum(waits) / n,
                  percentile(waits, 0.95), sum(desk_waits) / n, sum(booth_waits) / n, longest)


def days(station, an_hour, hours, n, seed):
    """The means of several days; of the 95th percentiles and queues the worst."""
    runs = [simulate(station, an_hour, hours, seed + i) for i in range(n)]
    mean = [sum(column) / n for column in zip(*runs)]
    return Result(*mean)._replace(p95_wait=max(r.p95_wait for r in runs),
                                  longest_queue=max(r.longest_queue for r in runs))


def capacity(station):
    """Voters an hour at which the first part of it is busy all the time: the fullest lane or the
    booths. Above it queues grow for as long as people come."""
    lane_of = lanes(station.desks)
    fullest = max(lane_of.count(d) for d in range(station.desks)) / DIGITS
    return min(3600 / station.desk_time.mean / fullest,
               3600 * station.booths / station.booth_time.mean)


def told(name, r):
    return (f"{name}: {r.an_hour:.0f} voters an hour, wait {r.mean_wait:.0f} s on average "
            f"(desk {r.desk_wait:.0f}, booth {r.booth_wait:.0f}), "
            f"95 in 100 below {r.p95_wait:.0f} s, longest queue {r.longest_queue:.0f}")


def report(station, an_hour=VOTERS_AN_HOUR, hours=10, n=20, seed=2014):
    """Lines of text."""
    most = capacity(station)
    yield (f"{station.desks} desks of {station.desk_time.mean:.1f} s and {station.booths} booths of "
           f"{station.booth_time.mean:.1f} s a voter; {n} days of {hours} hours")
    yield told(f"at {an_hour:.0f} an hour", days(station, an_hour, hours, n, seed))
    for share in (0.8, 0.9, 0.95, 1.05):
        yield told(f"at {share:.2f} of the most ({share * most:.0f} an hour)",
                   days(station, share * most, hours, n, seed))
    yield (f"queues grow from {most:.0f} voters an hour on, "
           f"{most / an_hour:.2f} times the pace asked for")


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--desks", type=int, default=3)
    parser.add_argument("--booths", type=int, default=7)
    parser.add_argument("--desk", type=float, default=0.0,
                        help="the terminal's own seconds at the desk")
    parser.add_argument("--booth", type=float, default=0.0, help="and in the booth")
    parser.add_argument("--voters", type=float, default=VOTERS_AN_HOUR, help="an hour")
    o = parser.parse_args()
    station = Station(o.desks, o.booths, Spread(PERSON_DESK, o.desk),
                      Spread(PERSON_BOOTH, o.booth))
    for line in report(station, o.voters):
        print(line)


if __name__ == "__main__":
    main()
