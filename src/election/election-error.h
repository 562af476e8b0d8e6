/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <glib.h>

typedef enum {
  TABELLA_ELECTION_ERROR_IO,        /* a file cannot be read or written */
  TABELLA_ELECTION_ERROR_FORMAT,    /* not the shape that data/doc/formats.md gives */
  TABELLA_ELECTION_ERROR_INVALID,   /* well-formed, but it contradicts the election or itself */
  TABELLA_ELECTION_ERROR_SIGNATURE, /* not signed, or by the wrong key */
  TABELLA_ELECTION_ERROR_COMPLAINT, /* a trustee's file fails its check: named */
  TABELLA_ELECTION_ERROR_STATE,     /* this step is not possible now; the message names the next one */
  TABELLA_ELECTION_ERROR_PASSPHRASE,
  TABELLA_ELECTION_ERROR_OTHER, /* genuine perhaps, but of another election */
} TabellaElectionError;

#define TABELLA_ELECTION_ERROR (tabella_election_error_quark ())
GQuark tabella_election_error_quark (void);
