/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <glib.h>

typedef enum {
  TABELLA_CENTRE_ERROR_STORE,   /* the database */
  TABELLA_CENTRE_ERROR_INVALID, /* something from outside does not hold: named */
  TABELLA_CENTRE_ERROR_STATE,   /* not possible yet: names what is missing and the next command */
  TABELLA_CENTRE_ERROR_ALTERED, /* a request is not what the record gives: a trustee refuses */
} TabellaCentreError;

#define TABELLA_CENTRE_ERROR (tabella_centre_error_quark ())
GQuark tabella_centre_error_quark (void);
