/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <string.h>
#include "comfort.h"
#include "secret.h"

static void
test_default (void)
{
  TabellaComfort c, changed;

  memset (&changed, 0xff, sizeof changed);
  tabella_comfort_reset (&changed);
  tabella_comfort_reset (&c);
  g_assert_cmpmem (&c, sizeof c, &changed, sizeof changed);
  g_assert_cmpint (c.size, ==, TABELLA_SIZE_NORMAL);
  g_assert_cmpint (c.contrast, ==, TABELLA_CONTRAST_NORMAL);
  g_assert_false (c.sound);
  g_assert_false (c.blank);
  tabella_comfort_settle (&changed);
  g_assert_cmpmem (&c, sizeof c, &changed, sizeof changed);
}

/* Whoever turns the sound off must see something. */
static void
test_blank_needs_sound (void)
{
  TabellaComfort c;

  tabella_comfort_reset (&c);
  c.blank = TRUE;
  tabella_comfort_settle (&c);
  g_assert_false (c.blank);
  c.sound = c.blank = TRUE;
  tabella_comfort_settle (&c);
  g_assert_true (c.blank);
  c.sound = FALSE;
  tabella_comfort_settle (&c);
  g_assert_false (c.blank);
}

static void
test_ranges (void)
{
  TabellaComfort c;

  tabella_comfort_reset (&c);
  c.size = (TabellaSize)TABELLA_N_SIZES;
  c.contrast = (TabellaContrast)TABELLA_N_CONTRASTS;
  c.rate = c.volume = TABELLA_COMFORT_STEPS;
  tabella_comfort_settle (&c);
  g_assert_cmpint (c.size, ==, TABELLA_SIZE_LARGEST);
  g_assert_cmpint (c.contrast, ==, TABELLA_CONTRAST_LOW);
  g_assert_cmpuint (c.rate, ==, TABELLA_COMFORT_STEPS - 1);
  g_assert_cmpuint (c.volume, ==, TABELLA_COMFORT_STEPS - 1);
}

/* Each step is faster or louder, none is beyond what a speaker takes, and none is silence. */
static void
test_speech (void)
{
  TabellaComfort c;
  int rate = -101, volume = -100;

  tabella_comfort_reset (&c);
  g_assert_cmpint (tabella_comfort_speech_rate (&c), ==, 0);
  for (guint i = 0; i < TABELLA_COMFORT_STEPS; i++) {
    c.rate = c.volume = i;
    g_assert_cmpint (tabella_comfort_speech_rate (&c), >, rate);
    g_assert_cmpint (tabella_comfort_speech_volume (&c), >, volume);
    rate = tabella_comfort_speech_rate (&c);
    volume = tabella_comfort_speech_volume (&c);
  }
  g_assert_cmpint (rate, <=, 100);
  g_assert_cmpint (volume, ==, 100);
}

int
main (int argc, char **argv)
{
  tabella_crypto_init ();
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/comfort/default", test_default);
  g_test_add_func ("/comfort/blank-needs-sound", test_blank_needs_sound);
  g_test_add_func ("/comfort/ranges", test_ranges);
  g_test_add_func ("/comfort/speech", test_speech);
  return g_test_run ();
}
