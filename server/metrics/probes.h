// server/metrics/probes.h
#pragma once
// What the parts of a running server say of themselves when somebody looks.

#include "server/bolt/listener.h"
#include "server/connection.h"
#include "server/metrics/metrics.h"

namespace xinpu::server {

/// What there is to ask; all of it outlives the probes.
struct Watched {
    Service& service;
    const WorkerPool& pool;
    const Host& http;
    const bolt::Host& bolt;
    const Certificates* certificates;  ///< null: without TLS
};

void addProbes(Metrics& metrics, const Watched& watched);

}  // namespace xinpu::server
