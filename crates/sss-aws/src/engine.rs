//! Graph, world, plan and apply for any kind of resource. Nothing here names an SDK client or a kind.
//!
//! A *kind* is a type of object, such as `ecs/service`. A *resource* is a desired object of a kind, a *node*
//! of the graph; an *object*, or *live* object, exists in the account. An [`Id`](crate::Id) names both: a
//! kind and a logical name. A *state* is the managed part of an object as JSON in normal form, the same type
//! for desired and live; an *output* holds the ids and ARNs that AWS gives it. A *step* is the action of a
//! plan on one resource, and a *task* a part of a step with a place in the order.
//!
//! | modules | contain |
//! |---|---|
//! | `kind`, `id` | the trait of a kind, its table without types, and names |
//! | `graph`, `world` | the desired resources with their edges; the objects of the account |
//! | `diff`, `plan`, `held`, `dependent` | the comparison, its steps, and the reasons not to carry them out |
//! | `order`, `walk` | the order of the tasks, and the executor |
//! | `schedule`, `forecast` | the effort of tasks, and the calls and the time of a plan |
//! | `apply`, `run`, `wait`, `once`, `successor`, `unlisted` | the work of a task |
//! | `event`, `outcome`, `outputs` | the reports to the caller |
//!
//! Begin with `kind` for the contract of a kind, or with `plan` for the comparison.

pub(crate) mod apply;
pub(crate) mod dependent;
pub(crate) mod diff;
pub(crate) mod event;
pub(crate) mod forecast;
pub(crate) mod graph;
pub(crate) mod held;
pub(crate) mod id;
pub(crate) mod kind;
pub(crate) mod once;
pub(crate) mod order;
pub(crate) mod outcome;
pub(crate) mod outputs;
pub(crate) mod plan;
pub(crate) mod readiness;
pub(crate) mod run;
pub(crate) mod schedule;
pub(crate) mod successor;
pub(crate) mod unlisted;
pub(crate) mod wait;
pub(crate) mod walk;
pub(crate) mod world;
