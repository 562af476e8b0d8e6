/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "centre-error.h"

GQuark
tabella_centre_error_quark (void)
{
  return g_quark_from_static_string ("tabella-centre-error");
}
