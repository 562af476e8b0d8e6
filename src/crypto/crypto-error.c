/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "crypto-error.h"

G_DEFINE_QUARK (tabella-crypto-error, tabella_crypto_error)
