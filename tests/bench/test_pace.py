# SPDX-License-Identifier: GPL-3.0-or-later
"""The simulator of pace.py against what is known of queues, and the design's station by it."""
import math
import random
import sys
import unittest
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parent))
sys.path.insert(0, str(Path(__file__).resolve().parent.parent / "command"))
import pace  # noqa: E402
import tap  # noqa: E402


def mean_wait(servers, service, load, n=400000, seed=1):
    """Simulated mean wait before one line of servers; load is their share of time busy."""
    dice, line = random.Random(seed), pace.Line(servers, service)
    now = total = 0.0
    for _ in range(n):
        now += dice.expovariate(load * servers / service.mean)
        total += line.serve(now, dice)[0] - now
    return total / n


class Exponential:
    mean = 1.0

    def draw(self, dice):
        return dice.expovariate(1.0)


def erlang_c(servers, load):
    """Mean wait of M/M/c with service time 1."""
    offered = load * servers
    top = offered ** servers / math.factorial(servers) / (1 - load)
    waits = top / (sum(offered ** k / math.factorial(k) for k in range(servers)) + top)
    return waits / (servers * (1 - load))


class Known(unittest.TestCase):
    def near(self, got, expected, share=0.06):
        self.assertLess(abs(got - expected), share * expected, (got, expected))

    def test_one_server_fixed_time(self):
        """M/D/1: load / (2 (1 − load)) service times."""
        for load in (0.3, 0.5, 0.8):
            with self.subTest(load):
                self.near(mean_wait(1, pace.Fixed(1.0), load), load / (2 * (1 - load)))

    def test_several_servers_random_time(self):
        """M/M/c by Erlang's C formula."""
        for servers, load in ((1, 0.5), (2, 0.7), (7, 0.75)):
            with self.subTest((servers, load)):
                self.near(mean_wait(servers, Exponential(), load), erlang_c(servers, load))

    def test_several_servers_fixed_time(self):
        """M/D/c waits about half as long as M/M/c; Cosmetatos' correction for 3 servers at 0.8."""
        servers, load = 3, 0.8
        half = erlang_c(servers, load) / 2
        root = math.sqrt(4 + 5 * servers) - 2
        more = 1 + (1 - load) * (servers - 1) * root / (16 * load * servers)
        self.near(mean_wait(servers, pace.Fixed(1.0), load), half * more)

    def test_enough_servers_nobody_waits(self):
        self.assertEqual(mean_wait(50, pace.Fixed(1.0), 0.2, 20000), 0.0)


class Parts(unittest.TestCase):
    def test_lanes(self):
        self.assertEqual(pace.lanes(3), [0, 0, 0, 0, 1, 1, 1, 2, 2, 2])
        self.assertEqual(pace.lanes(1), [0] * 10)
        self.assertEqual(pace.lanes(10), list(range(10)))

    def test_spread_keeps_its_mean(self):
        dice, spread = random.Random(3), pace.Spread(70, 2)
        drawn = [spread.draw(dice) for _ in range(20000)]
        self.assertAlmostEqual(sum(drawn) / len(drawn), 72, delta=1)
        self.assertGreaterEqual(min(drawn), 2 + 70 / 3)
        self.assertEqual(spread.mean, 72)

    def test_percentile(self):
        self.assertEqual(pace.percentile([3, 1, 2], 0.5), 2)
        self.assertEqual(pace.percentile(range(1, 101), 0.95), 95)
        self.assertEqual(pace.percentile([], 0.95), 0.0)

    def test_capacity(self):
        """Four of ten digits at one desk are 40 % of the voters; seven booths of 70 s take 360."""
        self.assertEqual(pace.capacity(pace.Station(3, 7, pace.Fixed(20), pace.Fixed(70))), 360)
        self.assertEqual(pace.capacity(pace.Station(3, 70, pace.Fixed(20), pace.Fixed(70))), 450)


class Stations(unittest.TestCase):
    STATION = pace.Station(3, 7, pace.Spread(20, 1), pace.Spread(70, 2))

    def test_same_seed_same_day(self):
        one = pace.simulate(self.STATION, 272, 3, 7)
        self.assertEqual(one, pace.simulate(self.STATION, 272, 3, 7))
        self.assertNotEqual(one, pace.simulate(self.STATION, 272, 3, 8))

    def test_nobody_is_lost(self):
        dice = random.Random(7)
        came = sum(1 for _ in pace.arrivals(dice, 272, 3))
        self.assertAlmostEqual(came, 3 * 272, delta=4 * math.sqrt(3 * 272))
        slow = pace.Station(1, 1, pace.Fixed(20), pace.Fixed(70))
        r = pace.simulate(slow, 100, 5, 7)
        self.assertAlmostEqual(r.an_hour, 3600 / 70, delta=1)  # the booth is busy all the time
        self.assertGreater(r.served, 400)

    def test_the_designs_station_keeps_pace(self):
        """Ten hours at 2014's pace: short waits, and queues that do not grow."""
        r = pace.days(self.STATION, 272, 10, 10, 2014)
        self.assertGreater(r.an_hour, 0.97 * 272)
        self.assertLess(r.mean_wait, 60)
        self.assertLess(r.p95_wait, 240)

    def test_too_few_booths_do_not(self):
        few = self.STATION._replace(booths=5)
        self.assertLess(pace.capacity(few), 272)
        self.assertGreater(pace.days(few, 272, 10, 5, 2014).mean_wait, 600)


if __name__ == "__main__":
    sys.exit(tap.main())
