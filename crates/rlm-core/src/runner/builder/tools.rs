//! Adds tools and their permissions to a runner.

use std::sync::Arc;

use rlm_policy::{Taint, ToolGrant};
use rlm_settings::Approve;
use rlm_tools::Tool;
use smol_str::SmolStr;

use super::RunnerBuilder;

impl RunnerBuilder {
    /// Adds a tool for programs. Its permission is the one set for its name, or the
    /// [default](ToolGrant::default).
    ///
    /// ```
    /// # use std::sync::Arc;
    /// # use rlm_adapters::FakeModel;
    /// # use rlm_context::Context;
    /// # use rlm_core::{RunOptions, Runner};
    /// # use rlm_tools::{Access, Arguments, FunctionTool, Reach, ToolDescription};
    /// # use serde_json::json;
    /// let description = ToolDescription::new("price", "Returns the price of an article in cents.")
    ///     .parameters(json!({"type": "object", "properties": {"article": {"type": "string"}}, "required": ["article"]}))
    ///     .access(Access::Read, Reach::Local);
    /// let price = FunctionTool::new(description, |_: Arguments| async { Ok(json!(250)) });
    ///
    /// let model = FakeModel::new(["```repl\nFINAL(price('soap') * 3)\n```"]);
    /// let runner = Runner::builder(Arc::new(model)).tool(Arc::new(price)).build()?;
    /// let context = Context::from_text("");
    /// let result = runner.run_blocking("What do three cost?", &context, RunOptions::default())?;
    /// assert_eq!(result.answer.as_deref(), Some("750"));
    /// # Ok::<(), rlm_core::RunError>(())
    /// ```
    #[must_use]
    pub fn tool(mut self, tool: Arc<dyn Tool>) -> Self {
        self.tools.tools.push(tool);
        self
    }

    /// Sets the permission of a tool.
    ///
    /// ```
    /// # use std::sync::Arc;
    /// # use rlm_adapters::FakeModel;
    /// # use rlm_context::Context;
    /// # use rlm_core::{RunOptions, Runner};
    /// # use rlm_policy::ToolGrant;
    /// # use rlm_tools::{Arguments, FunctionTool, ToolDescription};
    /// # use serde_json::json;
    /// # let description = ToolDescription::new("notify", "Notifies the shop.")
    /// #     .parameters(json!({"type": "object", "properties": {"body": {"type": "string"}}, "required": ["body"]}));
    /// # let notify = FunctionTool::new(description, |_: Arguments| async { Ok(json!("sent")) });
    /// // `notify` has effects: what derives from the context reaches it by this grant alone, and once.
    /// let model = FakeModel::new(["```repl\nfirst = notify(P)\ntry:\n    notify(P)\nexcept CallFailed as e:\n    FINAL(first)\n```"]);
    /// let grant = ToolGrant { calls: 1, derived: true, ..ToolGrant::default() };
    /// let runner = Runner::builder(Arc::new(model)).tool(Arc::new(notify)).grant("notify", grant).build()?;
    /// let result = runner.run_blocking("Tell them.", &Context::from_text("A-1 is late."), RunOptions::default())?;
    /// assert_eq!(result.answer.as_deref(), Some("sent"));
    /// # Ok::<(), rlm_core::RunError>(())
    /// ```
    #[must_use]
    pub fn grant(mut self, name: impl Into<SmolStr>, grant: ToolGrant) -> Self {
        self.tools.grants.insert(name.into(), grant);
        self
    }

    /// Sets which origins of arguments are accepted by tools with effects.
    #[must_use]
    pub const fn taint(mut self, taint: Taint) -> Self {
        self.tools.taint = taint;
        self
    }

    /// Sets the approver of tool calls that [`Taint::Strict`] does not allow otherwise. Without an
    /// approver, these calls are refused.
    #[must_use]
    pub fn approver(mut self, approver: Arc<dyn Approve>) -> Self {
        self.tools.approver = Some(approver);
        self
    }
}
