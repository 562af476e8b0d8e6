/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <glib.h>

/* Is the order in which people came written anywhere? Many polls, each giving for many traces (a
 * slot's number, a byte of a record …) one value for each voter, in the order of time.
 *
 * Three numbers are pooled over the polls for each trace, each with mean 0 and variance 1 if all
 * orders of the values are equally likely, which is the claim:
 *   direction   Spearman's rank correlation with time, mid-ranks for ties; exactly 1/(n − 1) is its
 *               variance for every set of values. Summed, over the square root of the polls.
 *   either way  its squares, which also see an order that runs up in one poll and down in the next:
 *               a sum that exceeds a chi-square (by Wilson and Hilferty's cube root).
 *   steps       the sum of |rank − next rank|: mean (n² − 1)/3, variance (n − 2)(n + 1)(4n − 7)/90
 *               where no two are equal. Small when neighbours in time are neighbours in place,
 *               wherever the first one lies.
 * The tails of all three are lighter than normal ones or chi-square's. The bound is 8: one false
 * alarm in 8e14 for each number, below 1e-9 for 100,000 of them, whatever the seed. */
#define ORDER_STUDY_BOUND 8.0

typedef struct _OrderStudy OrderStudy;
OrderStudy *order_study_new (void);
void order_study_free (OrderStudy *s);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (OrderStudy, order_study_free)

/* One poll's values of a trace, in the order of time. Fewer than 4 say nothing, nor do equal ones.
 */
void order_study_add (OrderStudy *s, const char *trace, const double *values, guint n);
/* The same for records of @size bytes: every byte, and every 4 of them as a number both ways. */
void order_study_add_bytes (OrderStudy *s, const char *trace, GPtrArray *records, gsize size);

guint order_study_traces (const OrderStudy *s);
/* How many polls said something of a trace. */
guint order_study_polls (const OrderStudy *s, const char *trace);
/* The largest of all numbers, and the trace that has it (the study's own). */
double order_study_worst (const OrderStudy *s, const char **trace);
/* Names the trace and fails if one is out of bounds. */
void order_study_assert (const OrderStudy *s);
