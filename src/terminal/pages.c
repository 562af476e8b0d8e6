/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The table of screens. */
#include "officer-screens.h"
#include "voter-screens.h"

typedef GType (*TypeOf) (void);

static const TypeOf pages[TABELLA_N_SCREENS] = {
  [TABELLA_SCREEN_NEW] = tabella_new_screen_get_type,
  [TABELLA_SCREEN_ENROLLED] = tabella_enrolled_screen_get_type,
  [TABELLA_SCREEN_ENROL_WRITE] = tabella_enrol_write_screen_get_type,
  [TABELLA_SCREEN_PACKAGE] = tabella_package_screen_get_type,
  [TABELLA_SCREEN_INSTALL] = tabella_install_screen_get_type,
  [TABELLA_SCREEN_SETUP_CODE] = tabella_setup_code_screen_get_type,
  [TABELLA_SCREEN_PASSPHRASES] = tabella_passphrases_screen_get_type,
  [TABELLA_SCREEN_CHOOSE_PIN] = tabella_choose_pin_screen_get_type,
  [TABELLA_SCREEN_LOCKED] = tabella_locked_screen_get_type,
  [TABELLA_SCREEN_SELF_TEST] = tabella_self_test_screen_get_type,
  [TABELLA_SCREEN_ZERO_REPORT] = tabella_zero_report_screen_get_type,
  [TABELLA_SCREEN_OFFICER] = tabella_checkin_screen_get_type,
  [TABELLA_SCREEN_ANSWER] = tabella_answer_screen_get_type,
  [TABELLA_SCREEN_TICKET] = tabella_ticket_screen_get_type,
  [TABELLA_SCREEN_HANDOVER] = tabella_handover_screen_get_type,
  [TABELLA_SCREEN_PAUSED] = tabella_paused_screen_get_type,
  [TABELLA_SCREEN_EVENING] = tabella_evening_screen_get_type,
  [TABELLA_SCREEN_MORNING] = tabella_morning_screen_get_type,
  [TABELLA_SCREEN_ACCOUNT] = tabella_account_screen_get_type,
  [TABELLA_SCREEN_AMENDMENTS] = tabella_amendments_screen_get_type,
  [TABELLA_SCREEN_AMENDMENT_STICK] = tabella_amendment_stick_screen_get_type,
  [TABELLA_SCREEN_AMENDMENT_CODE] = tabella_amendment_code_screen_get_type,
  [TABELLA_SCREEN_AMENDMENT] = tabella_amendment_screen_get_type,
  [TABELLA_SCREEN_STOPPED] = tabella_stopped_screen_get_type,
  [TABELLA_SCREEN_SAFETY_COPY] = tabella_safety_copy_screen_get_type,
  [TABELLA_SCREEN_CLOSE_COUNT] = tabella_close_count_screen_get_type,
  [TABELLA_SCREEN_CLOSE_BALANCE] = tabella_close_balance_screen_get_type,
  [TABELLA_SCREEN_CLOSE_CONFIRM] = tabella_close_confirm_screen_get_type,
  [TABELLA_SCREEN_CLOSE_EXPORT] = tabella_close_export_screen_get_type,
  [TABELLA_SCREEN_CLOSED] = tabella_closed_screen_get_type,
  [TABELLA_SCREEN_CLOSING_REPORT] = tabella_closing_report_screen_get_type,
  [TABELLA_SCREEN_LEAVE_PRACTICE] = tabella_leave_practice_screen_get_type,
  [TABELLA_SCREEN_RETIRE] = tabella_retire_screen_get_type,
  [TABELLA_SCREEN_RETIRE_PIN] = tabella_retire_pin_screen_get_type,
  [TABELLA_SCREEN_RETIRED] = tabella_retired_screen_get_type,
  [TABELLA_SCREEN_OFFICER_PIN] = tabella_officer_pin_screen_get_type,
  [TABELLA_SCREEN_VOTER_LEFT] = tabella_voter_left_screen_get_type,
  [TABELLA_SCREEN_BOOTH_WAIT] = tabella_booth_wait_screen_get_type,
  [TABELLA_SCREEN_LANGUAGE] = tabella_language_screen_get_type,
  [TABELLA_SCREEN_CONTEST] = tabella_contest_screen_get_type,
  [TABELLA_SCREEN_REVIEW] = tabella_review_screen_get_type,
  [TABELLA_SCREEN_CODE] = tabella_code_screen_get_type,
  [TABELLA_SCREEN_CHALLENGED] = tabella_challenged_screen_get_type,
  [TABELLA_SCREEN_DONE] = tabella_done_screen_get_type,
  [TABELLA_SCREEN_IDLE_ALERT] = tabella_idle_alert_screen_get_type,
  [TABELLA_SCREEN_FAULT] = tabella_fault_screen_get_type,
  [TABELLA_SCREEN_COMFORT] = tabella_comfort_screen_get_type,
};

TabellaScreenView *
tabella_page_new (TabellaKiosk *kiosk, TabellaScreen screen)
{
  const TabellaTerminalStatus *status = tabella_station_status (tabella_kiosk_station (kiosk));
  gboolean booth = status != NULL && status->role == TABELLA_ROLE_BOOTH;
  TypeOf type = screen == TABELLA_SCREEN_OFFICER && booth ? tabella_booth_menu_screen_get_type
                                                          : pages[screen];

  return g_object_new (type (), "kiosk", kiosk, NULL);
}
