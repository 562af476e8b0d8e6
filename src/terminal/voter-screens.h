/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "screen.h"

G_DECLARE_FINAL_TYPE (TabellaLanguageScreen, tabella_language_screen, TABELLA, LANGUAGE_SCREEN,
                      TabellaScreenView)
G_DECLARE_FINAL_TYPE (TabellaContestScreen, tabella_contest_screen, TABELLA, CONTEST_SCREEN,
                      TabellaScreenView)
G_DECLARE_FINAL_TYPE (TabellaReviewScreen, tabella_review_screen, TABELLA, REVIEW_SCREEN,
                      TabellaScreenView)
G_DECLARE_FINAL_TYPE (TabellaCodeScreen, tabella_code_screen, TABELLA, CODE_SCREEN,
                      TabellaScreenView)
G_DECLARE_FINAL_TYPE (TabellaChallengedScreen, tabella_challenged_screen, TABELLA,
                      CHALLENGED_SCREEN, TabellaScreenView)
G_DECLARE_FINAL_TYPE (TabellaDoneScreen, tabella_done_screen, TABELLA, DONE_SCREEN,
                      TabellaScreenView)
G_DECLARE_FINAL_TYPE (TabellaIdleAlertScreen, tabella_idle_alert_screen, TABELLA, IDLE_ALERT_SCREEN,
                      TabellaScreenView)
G_DECLARE_FINAL_TYPE (TabellaComfortScreen, tabella_comfort_screen, TABELLA, COMFORT_SCREEN,
                      TabellaScreenView)
G_DECLARE_FINAL_TYPE (TabellaFaultScreen, tabella_fault_screen, TABELLA, FAULT_SCREEN,
                      TabellaScreenView)
