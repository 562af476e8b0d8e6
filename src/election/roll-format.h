/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

/* Sizes of the roll's binary files, for roll.c, roll-keys.c and roll-build.c only. */
#define SLICE_MAGIC  "TASLICE1"
#define SLICE_HEADER (8 + 4 + 2)
#define SLICE_NONCE  24
#define SLICE_TAG    16
#define RECORD_HEAD  8 /* style, station, flags, name length */
#define RECORD_STEP  16

#define KEYS_MAGIC "TAKEYS01"
#define KEYS_HEAD  (8 + 32 + 32 + 2)
