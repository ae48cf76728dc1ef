// bench/gen/write_subjects.cpp
// companies.csv (companies, then individual businesses) and persons.csv.

#include <array>
#include <string_view>

#include "bench/gen/city.h"
#include "bench/gen/csv_writer.h"
#include "bench/gen/person_key.h"
#include "bench/gen/random.h"
#include "bench/gen/subject_code.h"
#include "bench/gen/vocabulary.h"

namespace xinpu::bench {
namespace {

constexpr std::array<const char*, 3> kStatusWords = {"active", "cancelled", "revoked"};

void writeName(CsvWriter& csv, Random& random, const Industry& industry, bool company) {
    csv.text(company ? "东莞市" : "东莞");
    for (int i = 0, words = company ? random.between(2, 4) : random.between(2, 3); i < words; ++i) {
        csv.text(kBrand[random.below(std::size(kBrand))]);
    }
    csv.text(industry.word);
    if (company) {
        csv.text(random.chance(0.06) ? "股份有限公司" : "有限公司");
    } else {
        csv.text(random.chance(0.5) ? "店" : "经营部");
    }
}

void writeCompanies(const City& city, const std::filesystem::path& folder) {
    CsvWriter csv(folder / "companies.csv", "uscc,name,kind,status,founded,region,industry");
    Random random(city.seed, 3);
    const std::uint32_t companies = city.sizes.companies;
    for (std::uint32_t i = 0; i < companies + city.sizes.individuals; ++i) {
        const bool company = i < companies;
        const Industry& industry = kIndustries[random.skewed(std::size(kIndustries), 1.2)];
        const SubjectCode code = company ? makeSubjectCode('1', i) : makeSubjectCode('2', i - companies);
        csv.text(code.view()).comma();
        writeName(csv, random, industry, company);
        csv.comma().text(company ? "company" : "individual_business").comma();
        int founded = 0;
        if (company) {
            csv.text(kStatusWords[static_cast<std::size_t>(city.status[i])]);
            founded = city.founded[i];
        } else {
            csv.text(kStatusWords[random.chance(0.2) ? 1 : random.chance(0.03) ? 2 : 0]);
            const double a = random.unit();
            const double b = random.unit();
            founded = city.today - 30 - static_cast<int>(a * b * 365 * 20);
        }
        csv.comma().date(founded).comma().text(code.view().substr(2, 6)).comma().text(industry.code).endRow();
    }
}

void writePersons(const City& city, const std::filesystem::path& folder) {
    CsvWriter csv(folder / "persons.csv", "pid,name_masked");
    Random random(city.seed, 4);
    for (std::uint32_t person = 0; person < city.sizes.persons; ++person) {
        csv.text(makePersonKey(city.seed, person).view()).comma();
        csv.text(kSurnames[random.skewed(std::size(kSurnames), 1.5)]);
        csv.text(random.chance(0.3) ? "*" : "**").endRow();
    }
}

}  // namespace

void writeSubjects(const City& city, const std::filesystem::path& folder) {
    writeCompanies(city, folder);
    writePersons(city, folder);
}

}  // namespace xinpu::bench
