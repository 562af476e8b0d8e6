/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "fixture.h"

/* Every byte of every file of a public record or of a batch as the centre gets it, by what it
 * means. Written from the protocol and the formats' page, not from the readers: a byte that belongs
 * to nothing is found by the test. */

/* Bytes @from … @to − 1 of @file. @name: its place, "cast[0].ticket"; @kind: the same without
 * numbers, after the file's kind: "ballots:cast.ticket". */
typedef struct {
  char *file, *name, *kind;
  gsize from, to;
} Region;

/* The regions of a file, ascending and without gaps; aborts the test where they do not meet the
 * file's end. @ctx: of the record's election. */
GPtrArray *regions_of (const TabellaBallotContext *ctx, const char *file, const GByteArray *bytes);
