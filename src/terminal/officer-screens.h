/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "entry-screen.h"
#include "report-screen.h"
#include "stick-screen.h"

/* The officers' screens, each in the file of its name. */
G_DECLARE_FINAL_TYPE (TabellaNewScreen, tabella_new_screen, TABELLA, NEW_SCREEN, TabellaEntryScreen)
G_DECLARE_FINAL_TYPE (TabellaEnrolledScreen, tabella_enrolled_screen, TABELLA, ENROLLED_SCREEN,
                      TabellaReportScreen)
G_DECLARE_FINAL_TYPE (TabellaEnrolWriteScreen, tabella_enrol_write_screen, TABELLA,
                      ENROL_WRITE_SCREEN, TabellaStickScreen)
G_DECLARE_FINAL_TYPE (TabellaPackageScreen, tabella_package_screen, TABELLA, PACKAGE_SCREEN,
                      TabellaStickScreen)
G_DECLARE_FINAL_TYPE (TabellaInstallScreen, tabella_install_screen, TABELLA, INSTALL_SCREEN,
                      TabellaReportScreen)
G_DECLARE_FINAL_TYPE (TabellaSetupCodeScreen, tabella_setup_code_screen, TABELLA, SETUP_CODE_SCREEN,
                      TabellaEntryScreen)
G_DECLARE_FINAL_TYPE (TabellaPassphrasesScreen, tabella_passphrases_screen, TABELLA,
                      PASSPHRASES_SCREEN, TabellaEntryScreen)
G_DECLARE_FINAL_TYPE (TabellaChoosePinScreen, tabella_choose_pin_screen, TABELLA, CHOOSE_PIN_SCREEN,
                      TabellaEntryScreen)
G_DECLARE_FINAL_TYPE (TabellaLockedScreen, tabella_locked_screen, TABELLA, LOCKED_SCREEN,
                      TabellaEntryScreen)
G_DECLARE_FINAL_TYPE (TabellaSelfTestScreen, tabella_self_test_screen, TABELLA, SELF_TEST_SCREEN,
                      TabellaReportScreen)
G_DECLARE_FINAL_TYPE (TabellaZeroReportScreen, tabella_zero_report_screen, TABELLA,
                      ZERO_REPORT_SCREEN, TabellaReportScreen)
G_DECLARE_FINAL_TYPE (TabellaCheckinScreen, tabella_checkin_screen, TABELLA, CHECKIN_SCREEN,
                      TabellaEntryScreen)
G_DECLARE_FINAL_TYPE (TabellaBoothMenuScreen, tabella_booth_menu_screen, TABELLA, BOOTH_MENU_SCREEN,
                      TabellaReportScreen)
G_DECLARE_FINAL_TYPE (TabellaAnswerScreen, tabella_answer_screen, TABELLA, ANSWER_SCREEN,
                      TabellaReportScreen)
G_DECLARE_FINAL_TYPE (TabellaTicketScreen, tabella_ticket_screen, TABELLA, TICKET_SCREEN,
                      TabellaReportScreen)
G_DECLARE_FINAL_TYPE (TabellaHandoverScreen, tabella_handover_screen, TABELLA, HANDOVER_SCREEN,
                      TabellaReportScreen)
G_DECLARE_FINAL_TYPE (TabellaPausedScreen, tabella_paused_screen, TABELLA, PAUSED_SCREEN,
                      TabellaReportScreen)
G_DECLARE_FINAL_TYPE (TabellaEveningScreen, tabella_evening_screen, TABELLA, EVENING_SCREEN,
                      TabellaReportScreen)
G_DECLARE_FINAL_TYPE (TabellaMorningScreen, tabella_morning_screen, TABELLA, MORNING_SCREEN,
                      TabellaReportScreen)
G_DECLARE_FINAL_TYPE (TabellaAccountScreen, tabella_account_screen, TABELLA, ACCOUNT_SCREEN,
                      TabellaReportScreen)
G_DECLARE_FINAL_TYPE (TabellaSafetyCopyScreen, tabella_safety_copy_screen, TABELLA,
                      SAFETY_COPY_SCREEN, TabellaStickScreen)
G_DECLARE_FINAL_TYPE (TabellaCloseCountScreen, tabella_close_count_screen, TABELLA,
                      CLOSE_COUNT_SCREEN, TabellaEntryScreen)
G_DECLARE_FINAL_TYPE (TabellaCloseBalanceScreen, tabella_close_balance_screen, TABELLA,
                      CLOSE_BALANCE_SCREEN, TabellaReportScreen)
G_DECLARE_FINAL_TYPE (TabellaCloseConfirmScreen, tabella_close_confirm_screen, TABELLA,
                      CLOSE_CONFIRM_SCREEN, TabellaReportScreen)
G_DECLARE_FINAL_TYPE (TabellaCloseExportScreen, tabella_close_export_screen, TABELLA,
                      CLOSE_EXPORT_SCREEN, TabellaStickScreen)
G_DECLARE_FINAL_TYPE (TabellaClosedScreen, tabella_closed_screen, TABELLA, CLOSED_SCREEN,
                      TabellaReportScreen)
G_DECLARE_FINAL_TYPE (TabellaClosingReportScreen, tabella_closing_report_screen, TABELLA,
                      CLOSING_REPORT_SCREEN, TabellaReportScreen)
G_DECLARE_FINAL_TYPE (TabellaLeavePracticeScreen, tabella_leave_practice_screen, TABELLA,
                      LEAVE_PRACTICE_SCREEN, TabellaReportScreen)
G_DECLARE_FINAL_TYPE (TabellaRetireScreen, tabella_retire_screen, TABELLA, RETIRE_SCREEN,
                      TabellaReportScreen)
G_DECLARE_FINAL_TYPE (TabellaRetirePinScreen, tabella_retire_pin_screen, TABELLA, RETIRE_PIN_SCREEN,
                      TabellaEntryScreen)
G_DECLARE_FINAL_TYPE (TabellaRetiredScreen, tabella_retired_screen, TABELLA, RETIRED_SCREEN,
                      TabellaReportScreen)
G_DECLARE_FINAL_TYPE (TabellaOfficerPinScreen, tabella_officer_pin_screen, TABELLA,
                      OFFICER_PIN_SCREEN, TabellaEntryScreen)
G_DECLARE_FINAL_TYPE (TabellaVoterLeftScreen, tabella_voter_left_screen, TABELLA, VOTER_LEFT_SCREEN,
                      TabellaReportScreen)
G_DECLARE_FINAL_TYPE (TabellaBoothWaitScreen, tabella_booth_wait_screen, TABELLA, BOOTH_WAIT_SCREEN,
                      TabellaEntryScreen)
G_DECLARE_FINAL_TYPE (TabellaAmendmentsScreen, tabella_amendments_screen, TABELLA,
                      AMENDMENTS_SCREEN, TabellaReportScreen)
G_DECLARE_FINAL_TYPE (TabellaAmendmentStickScreen, tabella_amendment_stick_screen, TABELLA,
                      AMENDMENT_STICK_SCREEN, TabellaStickScreen)
G_DECLARE_FINAL_TYPE (TabellaAmendmentCodeScreen, tabella_amendment_code_screen, TABELLA,
                      AMENDMENT_CODE_SCREEN, TabellaScreenView)
G_DECLARE_FINAL_TYPE (TabellaAmendmentScreen, tabella_amendment_screen, TABELLA, AMENDMENT_SCREEN,
                      TabellaReportScreen)
G_DECLARE_FINAL_TYPE (TabellaStoppedScreen, tabella_stopped_screen, TABELLA, STOPPED_SCREEN,
                      TabellaReportScreen)
