/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "crypto-error.h"

GQuark
tabella_crypto_error_quark (void)
{
  return g_quark_from_static_string ("tabella-crypto-error");
}
