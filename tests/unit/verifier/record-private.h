/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "record.h"

/* The stages of record_new(), in their order (record-files.c, record-count.c). */
void record_heads (Record *r);        /* `closed` lines, headers */
void record_batches (Record *r);      /* bytes */
void record_sign_batches (Record *r); /* minisig */
void record_strike (Record *r);       /* strike folders; which ballots stand */
void record_tally (Record *r);        /* tally folder; plain counts */
void record_result (Record *r);       /* result.json */
void record_tree (Record *r);         /* everything else */
