/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "command.h"

/* Prints result.json's text as a table, with the texts of the manifest in the current folder where
 * there is one. */
gboolean tabella_print_result (const char *result, GError **error);
