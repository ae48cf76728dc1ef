// tests/fuzz/personal_data_fuzz.cpp
// Any text through the scan for personal data, through normalisation of codes, and through a row of the
// generator's form.

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "credit/identity/codes.h"
#include "credit/identity/id_card.h"
#include "credit/identity/personal_data.h"
#include "credit/identity/uscc.h"
#include "fuzz_check.h"
#include "loaders/generator_form.h"
#include "loaders/keys.h"
#include "loaders/utf8.h"

using namespace xinpu;

namespace {

template <typename Row>
void checkRow(loaders::Dataset dataset, std::string_view text) {
    loaders::HeaderIssue issue;
    const std::size_t columns = loaders::columnsOf(dataset).size();
    const auto form = loaders::GeneratorForm::recognise(dataset, loaders::columnsOf(dataset), issue);
    FUZZ_CHECK(form.has_value());
    std::vector<std::string_view> fields;
    for (std::size_t i = 0; i < columns; ++i) {
        const std::size_t at = text.find('\n');
        fields.push_back(text.substr(0, at));
        text.remove_prefix(at == std::string_view::npos ? text.size() : at + 1);
    }
    loaders::RowChecker checker(*form, 20'000);
    Row row;
    const bool accepted = checker.check(fields, row);
    bool error = false;
    for (const loaders::RowIssue& each : checker.issues()) {
        error |= !each.warning;
        const std::string sentence = loaders::message(
            each.id, loaders::Language::Zh, {.value = each.value, .expected = each.expected, .n = each.n});
        FUZZ_CHECK(!credit::maskPersonalData(sentence));
    }
    FUZZ_CHECK(accepted == !error);
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    const std::string_view text(reinterpret_cast<const char*>(data), size);
    if (const auto masked = credit::maskPersonalData(text)) {
        FUZZ_CHECK(*masked != text);
        FUZZ_CHECK(!credit::maskPersonalData(*masked));
    }
    const std::string code = credit::normaliseUscc(text);
    FUZZ_CHECK(credit::normaliseUscc(code) == code);
    FUZZ_CHECK(!credit::usccValid(code) || credit::usccCheckCharacter(code) == code.back());
    const std::string person = credit::maskPerson(text);
    FUZZ_CHECK(credit::maskPerson(person) == person);
    credit::organisationCodeValid(credit::normaliseOrganisationCode(text));
    credit::checkRegistrationNumber(text);
    credit::idCardFrom15(text);
    if (loaders::invalidUtf8At(text) == std::string_view::npos) {  // the reader lets nothing else through
        std::string once;
        loaders::appendDocNo(text, once);
        std::string twice;
        loaders::appendDocNo(once, twice);
        FUZZ_CHECK(once == twice);
    }
    checkRow<loaders::SubjectRow>(loaders::Dataset::Subject, text);
    checkRow<loaders::PersonRow>(loaders::Dataset::Person, text);
    checkRow<loaders::CapitalRow>(loaders::Dataset::Capital, text);
    checkRow<loaders::RoleRow>(loaders::Dataset::Role, text);
    checkRow<loaders::PenaltyRow>(loaders::Dataset::Penalty, text);
    if (const auto day = loaders::parseDate(text)) {
        FUZZ_CHECK(loaders::parseDate(loaders::toText(*day)) == day);
    }
    if (const auto number = loaders::parseDecimal(text)) {
        FUZZ_CHECK(loaders::parseDecimal(loaders::toText(*number)) == number);
    }
    return 0;
}
