/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "printer.h"

/* A folder that stands for a printer: what is printed is in it as 0001.pdf, 0002.pdf … Its file
 * "state" says how the printer is (tabella_printer_word(), or "hangs": it never answers) and its
 * file "paper" the size of its paper in millimetres ("210x297", "80x0" for a roll); without them it
 * is ready and has A4. Without the folder there is no printer. */
#define TABELLA_TYPE_PRINTER_FOLDER (tabella_printer_folder_get_type ())
G_DECLARE_FINAL_TYPE (TabellaPrinterFolder, tabella_printer_folder, TABELLA, PRINTER_FOLDER,
                      GObject)

TabellaPrinter *tabella_printer_folder_new (const char *path);
