/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <glib.h>

/* How a voter wants to see and hear: a part of the kiosk's model, at its default for each new
 * voter. The language is the kiosk's own. */
typedef enum {
  TABELLA_SIZE_SMALL,
  TABELLA_SIZE_NORMAL,
  TABELLA_SIZE_LARGE,
  TABELLA_SIZE_LARGEST,
  TABELLA_N_SIZES
} TabellaSize;
typedef enum {
  TABELLA_CONTRAST_NORMAL,
  TABELLA_CONTRAST_BLACK_ON_WHITE,
  TABELLA_CONTRAST_WHITE_ON_BLACK,
  TABELLA_CONTRAST_LOW,
  TABELLA_N_CONTRASTS
} TabellaContrast;

#define TABELLA_COMFORT_STEPS 5 /* of rate and volume: 0 to 4, 2 is the default */

typedef struct {
  TabellaSize size;
  TabellaContrast contrast;
  gboolean sound, blank; /* blank: no picture; only with sound */
  guint rate, volume;
} TabellaComfort;

void tabella_comfort_reset (TabellaComfort *c);
/* The nearest settings that are possible: nothing beyond its range, no blank screen without sound.
 */
void tabella_comfort_settle (TabellaComfort *c);
/* As a TabellaSpeaker wants it: -100 to 100. */
int tabella_comfort_speech_rate (const TabellaComfort *c);
int tabella_comfort_speech_volume (const TabellaComfort *c);
