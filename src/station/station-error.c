/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "station-error.h"

G_DEFINE_QUARK (tabella-station-error, tabella_station_error)
