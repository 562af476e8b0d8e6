/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What the program that asks the print service answers. */
#include "fuzz.h"

#include <string.h>
#include "printer.h"

static gboolean
run_printer (const guint8 *bytes, gsize size)
{
  g_autofree char *text = fuzz_text (bytes, size);
  g_auto (TabellaPrinterStatus) s = { 0 };

  if (!g_utf8_validate (text, -1, NULL)) /* its caller looks */
    return FALSE;
  tabella_printer_read (text, &s);
  FUZZ_CHECK (s.state < TABELLA_N_PRINTER_STATES);
  FUZZ_CHECK (s.width >= 0 && s.width <= 2000 && s.height >= 0 && s.height <= 2000);
  if (s.name != NULL) {
    FUZZ_CHECK (g_utf8_validate (s.name, -1, NULL) && g_utf8_strlen (s.name, -1) <= 100);
    for (const char *p = s.name; *p != '\0'; p = g_utf8_next_char (p))
      FUZZ_CHECK (!g_unichar_iscntrl (g_utf8_get_char (p)));
  }
  return s.state != TABELLA_PRINTER_TROUBLE;
}

static void
seed_printer (void)
{
  fuzz_seed_text ("sheet", "state ready\nname Office\npaper 210 297\n");
  fuzz_seed_text ("roll", "state no-paper\npaper 80 0\n");
  fuzz_seed_refused ("words", "state on fire\nname \xE2\x80\xAEx\npaper nan inf\n");
}

const FuzzTarget fuzz_printer = { "printer", NULL, run_printer, seed_printer, FUZZ_LINES };
