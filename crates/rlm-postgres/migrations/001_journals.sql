create table rlm_run (
    tenant text not null,
    run text not null,
    -- Rises each time that a process takes the run. Lines of an earlier epoch are refused.
    epoch bigint not null,
    -- Null, or past, if no process holds the run.
    held_until timestamptz,
    lines bigint not null default 0,
    created timestamptz not null default now(),
    primary key (tenant, run)
);

create table rlm_line (
    tenant text not null,
    run text not null,
    line bigint not null,
    bytes bytea not null,
    primary key (tenant, run, line),
    foreign key (tenant, run) references rlm_run on delete cascade
);
