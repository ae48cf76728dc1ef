// bench/gen/write_penalties.cpp
// penalties.csv: more in recent years, some subjects punished again and again.

#include <cmath>

#include "bench/gen/city.h"
#include "bench/gen/csv_writer.h"
#include "bench/gen/day.h"
#include "bench/gen/random.h"
#include "bench/gen/subject_code.h"
#include "bench/gen/vocabulary.h"

namespace xinpu::bench {
namespace {

class PenaltyWriter {
public:
    PenaltyWriter(const City& city, const std::filesystem::path& folder)
        : city_(city), random_(city.seed, 6),
          csv_(folder / "penalties.csv",
               "doc_no,uscc,domain,organ,date,kind,amount,severity,publicity_until") {
        for (const Domain& domain : kDomains) {
            weights_ += domain.weight;
        }
    }

    void write() {
        for (std::uint32_t number = 1; number <= city_.sizes.penalties; ++number) {
            writeOne(number);
        }
    }

private:
    void writeOne(std::uint32_t number) {
        const Domain& domain = pickDomain();
        const int day = first_day_ + static_cast<int>(std::pow(random_.unit(), 0.75) * days_);
        csv_.text(domain.document_prefix).text("〔");
        csv_.number(static_cast<std::uint64_t>(civilFromDays(day).year))
            .text("〕")
            .number(number)
            .text("号,");
        csv_.text(pickSubject().view());
        const std::uint64_t kind = random_.chance(0.72) ? 0 : 1 + random_.below(std::size(kPenaltyKinds) - 1);
        const std::uint64_t amount = pickAmount(kind);
        const double u = random_.unit();
        const int severity = u < 0.35   ? 1
                             : u < 0.85 ? 2
                             : u < 0.97 ? 3
                                        : 4;  // minor, general, serious, grave
        const int public_days = severity == 1 ? 92 : severity == 2 ? 365 : 1095;
        csv_.comma().text(domain.code).comma().text(domain.organ).comma().date(day).comma();
        csv_.text(kPenaltyKinds[kind]).comma().decimal(amount).comma();
        csv_.number(static_cast<std::uint64_t>(severity)).comma().date(day + public_days).endRow();
    }

    const Domain& pickDomain() {
        int rest = random_.between(0, weights_ - 1);
        std::size_t i = 0;
        while (rest >= kDomains[i].weight) {
            rest -= kDomains[i++].weight;
        }
        return kDomains[i];
    }

    SubjectCode pickSubject() {
        const std::uint32_t companies = city_.sizes.companies;
        const std::uint32_t individuals = city_.sizes.individuals;
        if (random_.chance(0.62)) {
            const std::uint64_t slot =
                random_.chance(0.55) ? random_.skewed(companies, 2.2) : random_.below(companies);
            return makeSubjectCode('1', (slot * company_step_ + 29) % companies);
        }
        const std::uint64_t slot =
            random_.chance(0.35) ? random_.skewed(individuals, 2.0) : random_.below(individuals);
        return makeSubjectCode('2', (slot * individual_step_ + 31) % individuals);
    }

    // Hundredths of a yuan; nothing where the kind takes no money.
    std::uint64_t pickAmount(std::uint64_t kind) {
        const double a = random_.unit();
        const double b = random_.unit();
        const double c = random_.unit();
        const double d = random_.unit();
        const double z = a + b + c + d - 2.0;  // about normal
        if (kind != 0 && kind != 2) {
            return 0;
        }
        const std::uint64_t tens = static_cast<std::uint64_t>(std::exp(8.6 + 2.6 * z)) / 10;
        return tens * 1000 + (random_.chance(0.1) ? random_.below(100) : 0);
    }

    const City& city_;
    Random random_;
    CsvWriter csv_;
    int weights_ = 0;
    int first_day_ = daysFromCivil(2014, 1, 1);
    int days_ = city_.today - 2 - first_day_;
    std::uint64_t company_step_ = coprimeStep(city_.sizes.companies + 3);
    std::uint64_t individual_step_ = coprimeStep(city_.sizes.individuals + 5);
};

}  // namespace

void writePenalties(const City& city, const std::filesystem::path& folder) {
    PenaltyWriter(city, folder).write();
}

}  // namespace xinpu::bench
