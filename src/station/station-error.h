/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <glib.h>

typedef enum {
  TABELLA_STATION_ERROR_STORAGE,    /* the disk: nothing is lost, the message says what was recorded */
  TABELLA_STATION_ERROR_STATE,      /* not now; the message says what comes first */
  TABELLA_STATION_ERROR_PASSPHRASE, /* setup code, passphrases or PIN are wrong */
  TABELLA_STATION_ERROR_REFUSED,    /* ticket, selection or voter not acceptable */
  TABELLA_STATION_ERROR_FULL,       /* capacity of this terminal reached */
  TABELLA_STATION_ERROR_STICK,      /* stick absent, full, read-only, or it does not read back */
  TABELLA_STATION_ERROR_NOT_RECORDED, /* a cast that certainly was not stored: vote again */
  TABELLA_STATION_ERROR_USED,         /* a ticket that was used here */
} TabellaStationError;

#define TABELLA_STATION_ERROR (tabella_station_error_quark ())
GQuark tabella_station_error_quark (void);
