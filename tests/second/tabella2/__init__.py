# SPDX-License-Identifier: GPL-3.0-or-later
"""A second implementation of protocol version 1, written from the protocol's page alone.

Plain integers, nothing constant-time: it checks public records and test vectors, and makes
records for tests. It must never hold a real election's secret.
"""
