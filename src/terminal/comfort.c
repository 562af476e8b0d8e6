/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "comfort.h"

void
tabella_comfort_reset (TabellaComfort *c)
{
  *c = (TabellaComfort){
    .size = TABELLA_SIZE_NORMAL,
    .contrast = TABELLA_CONTRAST_NORMAL,
    .rate = TABELLA_COMFORT_STEPS / 2,
    .volume = TABELLA_COMFORT_STEPS / 2,
  };
}

void
tabella_comfort_settle (TabellaComfort *c)
{
  c->size = MIN (c->size, TABELLA_N_SIZES - 1);
  c->contrast = MIN (c->contrast, TABELLA_N_CONTRASTS - 1);
  c->rate = MIN (c->rate, TABELLA_COMFORT_STEPS - 1);
  c->volume = MIN (c->volume, TABELLA_COMFORT_STEPS - 1);
  c->sound = c->sound != FALSE;
  c->blank = c->blank && c->sound;
}

int
tabella_comfort_speech_rate (const TabellaComfort *c)
{
  return ((int)c->rate - TABELLA_COMFORT_STEPS / 2) * 35;
}

/* The softest can still be heard. */
int
tabella_comfort_speech_volume (const TabellaComfort *c)
{
  return 100 - (TABELLA_COMFORT_STEPS - 1 - (int)c->volume) * 35;
}
