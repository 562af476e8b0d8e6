/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <glib.h>

typedef enum {
  TABELLA_BALLOT_ERROR_FORMAT,  /* not the exact bytes that protocol section 5 or 7 gives */
  TABELLA_BALLOT_ERROR_INVALID, /* well-formed, but a proof, signature or chain does not hold */
  TABELLA_BALLOT_ERROR_FOREIGN, /* of another election, terminal or mode */
} TabellaBallotError;

#define TABELLA_BALLOT_ERROR (tabella_ballot_error_quark ())
GQuark tabella_ballot_error_quark (void);

/* For this library: sets *@error (unless NULL), returns FALSE. */
gboolean tabella_ballot_refuse (GError **error, TabellaBallotError code, const char *format, ...)
    G_GNUC_PRINTF (3, 4);
