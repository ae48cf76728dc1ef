// bench/gen/write_connections.cpp
// investments.csv and roles.csv.

#include <algorithm>
#include <array>
#include <string_view>
#include <vector>

#include "bench/gen/city.h"
#include "bench/gen/csv_writer.h"
#include "bench/gen/person_key.h"
#include "bench/gen/random.h"
#include "bench/gen/subject_code.h"

namespace xinpu::bench {
namespace {

constexpr std::uint32_t kNobody = UINT32_MAX;

std::vector<SubjectCode> companyCodes(const City& city) {
    std::vector<SubjectCode> codes(city.sizes.companies);
    for (std::uint32_t i = 0; i < city.sizes.companies; ++i) {
        codes[i] = makeSubjectCode('1', i);
    }
    return codes;
}

void writeInvestments(const City& city, const std::vector<SubjectCode>& codes,
                      const std::filesystem::path& folder) {
    CsvWriter csv(folder / "investments.csv", "investor,investor_kind,uscc,share,amount,valid_from,valid_to");
    for (const Stake& stake : city.stakes) {
        if (stake.holder < city.firstPerson()) {
            csv.text(codes[stake.holder].view()).text(",company,");
        } else {
            csv.text(makePersonKey(city.seed, stake.holder - city.firstPerson()).view()).text(",person,");
        }
        csv.text(codes[stake.company].view()).comma().decimal(stake.share_bp).comma().decimal(stake.amount);
        csv.comma().date(stake.valid_from).comma().date(stake.valid_to).endRow();
    }
}

// A company's legal representative is mostly its first personal holder.
std::vector<std::uint32_t> legalRepresentatives(const City& city) {
    std::vector<std::uint32_t> persons(city.sizes.companies, kNobody);
    for (const Stake& stake : city.stakes) {
        if (stake.holder >= city.firstPerson() && persons[stake.company] == kNobody) {
            persons[stake.company] = stake.holder - city.firstPerson();
        }
    }
    return persons;
}

void writeRoles(const City& city, const std::vector<SubjectCode>& codes,
                const std::filesystem::path& folder) {
    constexpr std::array<const char*, 3> kRoles = {"director", "supervisor", "manager"};
    CsvWriter csv(folder / "roles.csv", "pid,uscc,role,valid_from,valid_to");
    Random random(city.seed, 5);
    const std::uint32_t companies = city.sizes.companies;
    const auto row = [&](std::uint32_t person, std::uint32_t company, const char* role, int from, int to) {
        csv.text(makePersonKey(city.seed, person).view())
            .comma()
            .text(codes[company].view())
            .comma()
            .text(role);
        csv.comma().date(from).comma().date(to).endRow();
    };
    std::vector<std::uint32_t> representative = legalRepresentatives(city);
    for (std::uint32_t company = 0; company < companies; ++company) {
        if (representative[company] == kNobody || random.chance(0.1)) {
            representative[company] = random.below32(city.sizes.persons);
        }
        row(representative[company], company, "legal_representative", city.founded[company],
            city.closed[company]);
    }
    for (std::uint32_t k = companies; k < city.sizes.roles; ++k) {
        const std::uint32_t company = random.below32(companies);
        const int founded = city.founded[company];
        const int from =
            founded +
            static_cast<int>(random.below32(static_cast<std::uint32_t>(std::max(1, city.today - founded))));
        const int to = random.chance(0.3) ? from + random.between(100, 2000) : city.closed[company];
        const char* role = kRoles[random.below(kRoles.size())];
        const bool again = random.chance(0.4);  // someone who already represents a company
        const std::uint32_t person =
            again ? representative[random.below(companies)] : random.below32(city.sizes.persons);
        row(person, company, role, from, to);
    }
}

}  // namespace

void writeConnections(const City& city, const std::filesystem::path& folder) {
    const std::vector<SubjectCode> codes = companyCodes(city);
    writeInvestments(city, codes, folder);
    writeRoles(city, codes, folder);
}

}  // namespace xinpu::bench
