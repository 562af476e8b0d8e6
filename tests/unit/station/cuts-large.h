/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "cuts-day.h"

/* Cuts two votes whose records take several rows each. @how: how much is tried at each place. */
void cuts_large (const CutsPlan *how);
