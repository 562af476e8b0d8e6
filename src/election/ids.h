/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "election-error.h"
#include "bounds.h"

typedef enum { TABELLA_IDS_HKID, TABELLA_IDS_PATTERN } TabellaIdKind;
typedef enum {
  TABELLA_CHECK_NONE, TABELLA_CHECK_LUHN, TABELLA_CHECK_MOD11_2, TABELLA_CHECK_MOD97_10, TABELLA_CHECK_VERHOEFF,
} TabellaIdCheck;
typedef struct { TabellaIdKind kind; char **patterns; TabellaIdCheck check; } TabellaIdScheme;

typedef enum { TABELLA_ID_OK, TABELLA_ID_MALFORMED, TABELLA_ID_BAD_CHECK } TabellaIdVerdict;

/* Normalised ID (protocol section 2) of UTF-8 text as typed or scanned: full-width forms folded, upper case, only A–Z
 * and 0–9. @out has TABELLA_ID_MAX + 1 bytes and is NUL-ended. MALFORMED if empty or longer than 32. Only folds; see
 * tabella_id_check. */
TabellaIdVerdict tabella_id_normalise (const char *typed, char *out);
/* Shape and check digit of a normalised ID. */
TabellaIdVerdict tabella_id_check (const TabellaIdScheme *scheme, const char *id);
/* Lane digit 0–9 (section 2). */
guint tabella_id_lane (const TabellaIdScheme *scheme, const char *id);
