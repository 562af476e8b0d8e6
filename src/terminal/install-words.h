/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "kiosk.h"

/* Why a package or a setup code is not taken, in the words of the officers' language: what it means
 * and what to do. The library's own message, with its file names, goes to the log. */

/* Of tabella_station_find_package(); for any thread. */
const char *tabella_package_words (const GError *error);
/* Of tabella_station_install(). */
void tabella_install_refused (TabellaKiosk *k, const GError *error);
/* Of tabella_station_check_setup_code() and tabella_station_first_opening(). */
void tabella_opening_refused (TabellaKiosk *k, const GError *error);
