/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "election-error.h"

GQuark
tabella_election_error_quark (void)
{
  return g_quark_from_static_string ("tabella-election-error");
}
