// bench/gen/companies.cpp
// When companies were founded and closed, and their status.

#include <algorithm>

#include "bench/gen/city.h"
#include "bench/gen/day.h"
#include "bench/gen/random.h"

namespace xinpu::bench {

void makeCompanies(City& city) {
    Random random(city.seed, 1);
    const std::uint32_t count = city.sizes.companies;
    city.founded.resize(count);
    city.closed.assign(count, kOpen);
    city.status.assign(count, Status::Active);
    for (std::uint32_t i = 0; i < count; ++i) {
        const double recent = random.unit();  // the product of two draws: many young companies, few old ones
        const int day = city.today - 30 - static_cast<int>(random.unit() * recent * 365 * 28);
        city.founded[i] = std::max(day, daysFromCivil(1985, 1, 1));
        const double fate = random.unit();
        if (fate < 0.12) {
            const int age = std::max(1, city.today - city.founded[i]);
            const int closed =
                city.founded[i] + 200 + static_cast<int>(random.below(static_cast<std::uint64_t>(age)));
            if (closed <= city.today) {
                city.closed[i] = closed;
                city.status[i] = Status::Cancelled;
            }
        } else if (fate < 0.16) {
            city.status[i] = Status::Revoked;
        }
    }
}

}  // namespace xinpu::bench
