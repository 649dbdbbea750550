// Generated from the contracts: npm run generate
export interface paths {
    "/api/v1/templates/import": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Import a template
         * @description A template with this name and kind that exists is answered as it is; `force: true` makes a new version. A raw n8n workflow export or Retell agent is wrapped. A project template may come as the tar of its directory: with a manifest, or of Cookiecutter or Copier.
         *
         *     Needs `template:import`.
         */
        post: operations["importTemplate"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/templates": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * List templates
         * @description Needs `template:read`.
         */
        get: operations["listTemplates"];
        put?: never;
        /**
         * Make a template
         * @description As an import. By someone who may not import it is a draft, until it is published.
         *
         *     Needs `template:write`.
         */
        post: operations["createTemplate"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/templates/search": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Search templates
         * @description Over name, title, description, tags and content, best first; without a query, the latest first.
         *
         *     Needs `template:read`.
         */
        post: operations["searchTemplates"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/templates/{id}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * Read a template
         * @description Needs `template:read`.
         */
        get: operations["getTemplate"];
        /**
         * Change a template
         * @description Makes a new version; kind and name stay. Without content, the newest gets the other `meta`. By someone who may not import, the version is a draft. A project template may come as the tar of its directory.
         *
         *     Needs `template:write`.
         */
        put: operations["updateTemplate"];
        post?: never;
        /**
         * Delete a template
         * @description It can be restored: versions stay, and what is deployed.
         *
         *     Needs `template:write`.
         */
        delete: operations["deleteTemplate"];
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/templates/{id}/restore": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Bring a deleted template back
         * @description Needs `template:write`.
         */
        post: operations["restoreTemplate"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/templates/{id}/publish": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Publish a draft
         * @description From then on it is what the template is.
         *
         *     Needs `template:import`.
         */
        post: operations["publishTemplate"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/templates/{id}/versions": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * List a template's versions
         * @description Each with its commit in the tenant's git repository, which is made soon after the version: `sha` is null until then.
         *
         *     Needs `template:read`.
         */
        get: operations["listTemplateVersions"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/templates/{id}/versions/{version}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * Read a version with its content
         * @description Needs `template:read`.
         */
        get: operations["getTemplateVersion"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/templates/{id}/diff": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * Compare two versions of a template
         * @description Needs `template:read`.
         */
        get: operations["compareVersions"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/templates/{id}/export": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * Export a template as one file
         * @description What import takes: brought in elsewhere, it is the same template with the same `contentRef`. A project template is a tar of its directory, with `manifest.yaml` and `slipway.yaml`.
         *
         *     Needs `template:read`.
         */
        get: operations["exportTemplate"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/templates/{id}/instantiate": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Make a project of a template
         * @description Renders names and contents of a project template's files, and answers them as a tar in which all lies in a folder called `projectName`. Equal input, equal bytes; nothing is stored. A version that stays a draft because of its quality is its author's alone.
         *
         *     Needs `template:read`.
         */
        post: operations["instantiateTemplate"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/templates/{id}/rollback": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Go back to an earlier version
         * @description Nothing is lost: the content of that version becomes a new one, with the next patch number.
         *
         *     Needs `template:write`.
         */
        post: operations["rollbackTemplate"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/templates/{id}/customize": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Render a template with variables
         * @description Equal input, equal `instanceId`. `dryRun: true` answers the rendering and stores nothing.
         *
         *     Needs `template:write`.
         */
        post: operations["customizeTemplate"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/instances/{id}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * Read an instance
         * @description Needs `template:read`.
         */
        get: operations["getInstance"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/templates/{id}/plan": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Plan a deployment for a client
         * @description Answers what would change at each provider. The same template, client, targets and instance give the same plan; another instance needs `replace: true`.
         *
         *     Needs `deploy:plan`.
         */
        post: operations["planDeployment"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/templates/{id}/resources": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Write a plan's prompts and documents to Supabase
         * @description Stage by stage; a rerun overwrites stage by stage.
         *
         *     Needs `deploy:resources`.
         */
        post: operations["initializeResources"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/templates/{id}/deploy": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Deploy a plan
         * @description Answers as soon as the record exists; read it, or follow its events. A parked deployment of the same plan is superseded.
         *
         *     Needs `deploy:execute`.
         */
        post: operations["deployPlan"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/templates/{id}/links": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * What exists at the providers because of a template
         * @description Needs `link:read`.
         */
        get: operations["listLinks"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/plans/{id}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * Read a plan
         * @description Needs `deployment:read`.
         */
        get: operations["getPlan"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/plans/{id}/undeploy": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Take back what a plan deployed
         * @description What holds a client's data is left, with a manual step, unless `destroy: true`.
         *
         *     Needs `deploy:undeploy`.
         */
        post: operations["undeployPlan"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/resource-plans/{id}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * Read a resource plan
         * @description Needs `deployment:read`.
         */
        get: operations["getResourcePlan"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/pipelines": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Run all five stages as one
         * @description Needs `template:import`, `template:write`, `deploy:plan`, `deploy:resources`, `deploy:execute`, `client:write`.
         */
        post: operations["startPipeline"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/pipelines/{id}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * Read a pipeline
         * @description Needs `deployment:read`.
         */
        get: operations["getPipeline"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/deployments": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * List deployments
         * @description Needs `deployment:read`.
         */
        get: operations["listDeployments"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/deployments/{id}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * Read a deployment
         * @description Needs `deployment:read`.
         */
        get: operations["getDeployment"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/deployments/{id}/logs": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * What happened, step by step
         * @description Oldest first unless `sort=desc`.
         *
         *     Needs `deployment:read`.
         */
        get: operations["getDeploymentLogs"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/deployments/{id}/events": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * Follow a deployment live
         * @description Server-sent events: every event of the record from its first, or after `Last-Event-ID`; then `end`, when the record is final. It stays open while a step is parked.
         *
         *     Needs `deployment:read`.
         */
        get: operations["streamDeploymentEvents"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/deployments/{id}/retry": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Try parked steps again
         * @description Without a provider, all of them. Not after the plan was replaced: then deploy it anew.
         *
         *     Needs `deploy:retry`.
         */
        post: operations["retryDeployment"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/deployments/{id}/skip": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Give a parked step up
         * @description Needs `deploy:skip`.
         */
        post: operations["skipDeployment"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/deployments/{id}/resolve": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Declare a parked step done by hand
         * @description Of an undeployment, `links` names only what is still there.
         *
         *     Needs `deploy:resolve`.
         */
        post: operations["resolveDeployment"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/deployments/{id}/cancel": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Cancel a deployment
         * @description Needs `deploy:cancel`.
         */
        post: operations["cancelDeployment"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/dead-letters": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * What is parked
         * @description `groups` counts them by provider and error fingerprint.
         *
         *     Needs `deployment:read`.
         */
        get: operations["listDeadLetters"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/dead-letters/retry": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Try all that match again
         * @description At most 1,000 in one call.
         *
         *     Needs `deploy:retry`.
         */
        post: operations["retryDeadLetters"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/quality/validate": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Validate a template
         * @description Whether it could be imported, and whether it passes. What is wrong with it is part of the answer.
         *
         *     Needs `quality:read`.
         */
        post: operations["validateQuality"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/quality/score": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Score a template
         * @description By its id or name, or a whole artifact. A warning earns no points.
         *
         *     Needs `quality:read`.
         */
        post: operations["scoreQuality"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/quality/report": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * How good all templates are
         * @description Needs `quality:read`.
         */
        get: operations["reportQuality"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/quality/policy": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * Read what the tenant asks of templates
         * @description Needs `quality:read`.
         */
        get: operations["getQualityPolicy"];
        /**
         * Say what the tenant asks of templates
         * @description It holds for what is imported, published or scored from then on.
         *
         *     Needs `policy:write`.
         */
        put: operations["putQualityPolicy"];
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/workflows": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * List workflows
         * @description Needs `workflow:read`.
         */
        get: operations["listWorkflows"];
        put?: never;
        /**
         * Define a workflow
         * @description Under a name that is there it becomes the next version; runs under way keep theirs.
         *
         *     Needs `workflow:write`.
         */
        post: operations["putWorkflow"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/workflows/actions": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * What steps can do
         * @description Each action with the JSON Schemas of its input and output.
         *
         *     Needs `workflow:read`.
         */
        get: operations["listWorkflowActions"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/workflows/runs/{id}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * Read a run
         * @description Needs `workflow:read`.
         */
        get: operations["getWorkflowRun"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/workflows/runs/{id}/events": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * Follow a run live
         * @description Server-sent events: every step as it is, then each again whenever it changes, then `end` when the run has ended. Whoever comes back gets the present state of every step first.
         *
         *     Needs `workflow:read`.
         */
        get: operations["streamWorkflowRun"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/workflows/runs/{id}/decide": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Approve or reject what a step waits for
         * @description Needs `deploy:approval:review`.
         */
        post: operations["decideWorkflowStep"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/workflows/runs/{id}/cancel": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Cancel a run
         * @description A deployment that it has started goes on by itself.
         *
         *     Needs `workflow:execute`.
         */
        post: operations["cancelWorkflowRun"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/workflows/runs/{id}/rerun": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Run again what has not succeeded
         * @description A new run with the same definition: what succeeded, and does not follow from what runs again, is kept with its output.
         *
         *     Needs `workflow:execute`.
         */
        post: operations["rerunWorkflow"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/workflows/{id}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * Read a workflow
         * @description Needs `workflow:read`.
         */
        get: operations["getWorkflow"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/workflows/{id}/execute": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Run a workflow
         * @description Whoever asks must also hold what its steps need. `dryRun: true` answers what would run, and runs nothing.
         *
         *     Needs `workflow:execute`.
         */
        post: operations["executeWorkflow"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/workflows/{id}/runs": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * List a workflow's runs
         * @description Needs `workflow:read`.
         */
        get: operations["listWorkflowRuns"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/clients": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * List clients
         * @description Needs `client:read`.
         */
        get: operations["listClients"];
        put?: never;
        /**
         * Make a client
         * @description Needs `client:write`.
         */
        post: operations["createClient"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/clients/{id}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * Read a client
         * @description Needs `client:read`.
         */
        get: operations["getClient"];
        put?: never;
        post?: never;
        /**
         * Delete a client without plans
         * @description Needs `client:write`.
         */
        delete: operations["deleteClient"];
        options?: never;
        head?: never;
        /**
         * Change a client
         * @description Needs `client:write`.
         */
        patch: operations["updateClient"];
        trace?: never;
    };
    "/api/v1/connections": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * List connections
         * @description Needs `connection:read`.
         */
        get: operations["listConnections"];
        put?: never;
        /**
         * Store the credentials of a provider account
         * @description One per provider and client: storing it again replaces it under the same id.
         *
         *     Needs `connection:write`.
         */
        post: operations["putConnection"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/connections/{id}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * Read a connection
         * @description Needs `connection:read`.
         */
        get: operations["getConnection"];
        put?: never;
        post?: never;
        /**
         * Delete a connection
         * @description Needs `connection:write`.
         */
        delete: operations["deleteConnection"];
        options?: never;
        head?: never;
        /**
         * Change a connection
         * @description `config` and `secrets` replace the whole set when given.
         *
         *     Needs `connection:write`.
         */
        patch: operations["updateConnection"];
        trace?: never;
    };
    "/api/v1/connections/{id}/test": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Ask the provider whether the credentials work
         * @description Needs `connection:write`.
         */
        post: operations["testConnection"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/kb/documents": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * List documents
         * @description Needs `kb:read`.
         */
        get: operations["listKbDocuments"];
        put?: never;
        /**
         * Store a document
         * @description Needs `kb:write`.
         */
        post: operations["createKbDocument"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/kb/documents/{id}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * Read a document
         * @description Needs `kb:read`.
         */
        get: operations["getKbDocument"];
        put?: never;
        post?: never;
        /**
         * Delete a document
         * @description Needs `kb:write`.
         */
        delete: operations["deleteKbDocument"];
        options?: never;
        head?: never;
        /**
         * Change a document
         * @description Needs `kb:write`.
         */
        patch: operations["updateKbDocument"];
        trace?: never;
    };
    "/api/v1/audit": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * Who did what
         * @description Needs `audit:read`.
         */
        get: operations["listAudit"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/admin/stats": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * What there is, and how cache, git and streams are
         * @description Needs `admin:stats`.
         */
        get: operations["adminStats"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/admin/cache/clear": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Forget the tenant's cached templates and instances
         * @description In all processes. What is read next comes from the database.
         *
         *     Needs `admin:cache`.
         */
        post: operations["clearCache"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/health": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * How the service is
         * @description Always 200; what is degraded is said inside.
         *
         *     Needs no token.
         */
        get: operations["health"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/ready": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * Whether the service can work
         * @description Needs no token.
         */
        get: operations["ready"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/metrics": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * Prometheus metrics
         * @description Needs no token.
         */
        get: operations["metrics"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/auth/login": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Log in with a password
         * @description An unknown tenant, an unknown email and a wrong password get the same answer. After too many failures in a row the account is locked for some minutes.
         *
         *     Needs no token.
         */
        post: operations["login"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/auth/refresh": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Trade a refresh token for new tokens
         * @description Each refresh token is good once. One that comes a second time has been stolen, from you or by you: the whole login ends.
         *
         *     Needs no token.
         */
        post: operations["refreshToken"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/auth/logout": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * End a login
         * @description Ends its refresh tokens, of whatever age. An access token that was given goes on until it expires.
         *
         *     Needs no token.
         */
        post: operations["logout"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/auth/me": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * Who am I, and what may I do
         * @description Needs a token or a key.
         */
        get: operations["getMe"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/auth/password": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Change your password
         * @description Ends all your logins and answers with a new one. Wrong current passwords count like failed logins.
         *
         *     Needs a token or a key.
         */
        post: operations["changePassword"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/users": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * List users
         * @description Needs `user:read`.
         */
        get: operations["listUsers"];
        put?: never;
        /**
         * Make a user
         * @description You can give the roles whose permissions you hold: only owners make owners. With an invitation the password stays theirs.
         *
         *     Needs `user:write`.
         */
        post: operations["createUser"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/users/{id}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * Read a user
         * @description Needs `user:read`.
         */
        get: operations["getUser"];
        put?: never;
        post?: never;
        /**
         * Remove a user
         * @description Needs `user:write`.
         */
        delete: operations["deleteUser"];
        options?: never;
        head?: never;
        /**
         * Change a user
         * @description Roles, disabling and a password count within seconds: access tokens given before end. Only owners change owners; your own password is changed by `/auth/password`.
         *
         *     Needs `user:write`.
         */
        patch: operations["updateUser"];
        trace?: never;
    };
    "/api/v1/invitations": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * List invitations that were not accepted yet
         * @description Needs `user:read`.
         */
        get: operations["listInvitations"];
        put?: never;
        /**
         * Invite a user
         * @description Answers with a link to hand over; whoever opens it chooses a password. Inviting the same address again ends the earlier link.
         *
         *     Needs `user:write`.
         */
        post: operations["createInvitation"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/invitations/{id}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        post?: never;
        /**
         * Take an invitation back
         * @description Needs `user:write`.
         */
        delete: operations["deleteInvitation"];
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/auth/invitation": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Accept an invitation
         * @description Makes the user and logs in.
         *
         *     Needs no token.
         */
        post: operations["acceptInvitation"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/api-keys": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * List API keys
         * @description Needs `admin:keys`.
         */
        get: operations["listApiKeys"];
        put?: never;
        /**
         * Make an API key
         * @description For machines: `Authorization: Bearer sk_…` or `X-API-Key: sk_…`. It holds the permissions named, which must be yours.
         *
         *     Needs `admin:keys`.
         */
        post: operations["createApiKey"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/api-keys/{id}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * Read what is known of an API key
         * @description Needs `admin:keys`.
         */
        get: operations["getApiKey"];
        put?: never;
        post?: never;
        /**
         * Revoke an API key
         * @description From the next request on it is no key any more.
         *
         *     Needs `admin:keys`.
         */
        delete: operations["deleteApiKey"];
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/tenants": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Make a tenant with its first owner
         * @description Needs `platform:admin`.
         */
        post: operations["createTenant"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/admin/git/sync": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Synchronize the templates with the git remote
         * @description Pulls, then pushes. What both sides changed differently becomes a conflict that waits for a decision; everything else goes on. Needs a connection for `git`.
         *
         *     Needs `admin:git`.
         */
        post: operations["syncRepository"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/admin/git/status": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * How the git repository and its remote are
         * @description Needs `admin:git`.
         */
        get: operations["gitStatus"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/admin/git/conflicts": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * List what the remote and Slipway disagree about
         * @description Needs `admin:git`.
         */
        get: operations["listGitConflicts"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/admin/git/conflicts/{id}/resolve": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Decide a conflict
         * @description `ours` keeps the template as it is, `theirs` takes the file of the remote, `content` takes what is sent. What changes the template is a new version. The next synchronization pushes it.
         *
         *     Needs `admin:git`.
         */
        post: operations["resolveGitConflict"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
}
export type webhooks = Record<string, never>;
export interface components {
    schemas: {
        /** Problem document (RFC 9457) */
        Problem: {
            type: string;
            title: string;
            status: number;
            /** @description The error code, e.g. 422.variables_invalid */
            code: string;
            detail: string;
            errors?: {
                /** @description JSON Pointer */
                pointer: string;
                message: string;
            }[];
            correlationId: string;
            /** Format: uuid */
            recordId?: string;
            /** Format: uuid */
            planId?: string;
            /** Format: uuid */
            pipelineId?: string;
            version?: string;
            /** @description What still depends on it */
            dependents?: {
                /** Format: uuid */
                planId: string;
                /** Format: uuid */
                clientId: string;
                client: string;
                providers: string[];
            }[];
        };
        /** Template artifact */
        TemplateArtifact: {
            /** @enum {string} */
            kind: "retell" | "n8n" | "ghl" | "prompt" | "project" | "service";
            name: string;
            version?: string;
            /** @default {} */
            meta: {
                title?: string;
                description?: string;
                category?: string;
                tags?: string[];
                author?: string;
                license?: string;
            } & {
                [key: string]: unknown;
            };
            /**
             * @description JSON Schema 2020-12 of the variables; writeOnly: true marks a secret
             * @default {
             *       "type": "object",
             *       "properties": {}
             *     }
             */
            variables: {
                [key: string]: unknown;
            };
            delimiters?: {
                /**
                 * @default [
                 *       "${{",
                 *       "}}"
                 *     ]
                 */
                output: [
                    string,
                    string
                ];
                /**
                 * @default [
                 *       "${%",
                 *       "%}"
                 *     ]
                 */
                tag: [
                    string,
                    string
                ];
            };
            /** @default {} */
            resources: {
                [key: string]: {
                    /** @description retell, n8n, ghl, supabase or another provider that is plugged in */
                    provider: string;
                    /** @description One of the provider's resource types */
                    type: string;
                    /** @description What should exist, in the vendor's own words; leaves may be expressions */
                    spec: {
                        [key: string]: unknown;
                    };
                };
            };
            /**
             * @default {
             *       "prompts": [],
             *       "documents": []
             *     }
             */
            initialization: {
                /** @default [] */
                prompts: ({
                    key: string;
                    /** @description Any JSON value */
                    content: unknown;
                } & {
                    [key: string]: unknown;
                })[];
                /** @default [] */
                documents: ({
                    key: string;
                    /** @description Any JSON value */
                    content: unknown;
                } & {
                    [key: string]: unknown;
                })[];
            };
            /** @description Of a project template: what a project is made of */
            files?: {
                /** @description Relative, with slashes; may hold expressions. A name of which a part renders to nothing drops the file */
                path: string;
                /** @description Text, rendered; or bytes in base64, copied */
                content: string;
                /** @enum {string} */
                encoding?: "utf8" | "base64";
                /** @description The content is copied as it is */
                literal?: boolean;
                executable?: boolean;
                /** @description Describes the template, such as its README or examples: kept and exported with it, but no part of a project */
                templateOnly?: boolean;
            }[];
            /** @description Of a project template: what its projects need */
            dependencies?: {
                [key: string]: string;
            }[];
            /** @description What of a Cookiecutter or Copier template has no counterpart here */
            untranslated?: {
                file: string;
                line: number;
                what: string;
                /** @description true: a project that needs this place cannot be made; false: it can, without what stands there */
                stops: boolean;
            }[];
        };
        /** Provider link */
        ProviderLink: {
            provider: string;
            external_id: string;
            url: string;
            type: string;
            name: string;
            /** Format: uuid */
            plan_id: string;
            /** Format: date-time */
            deployed_at: string;
        };
        /** Deployment plan */
        DeploymentPlan: {
            /** Format: uuid */
            id: string;
            /** Format: uuid */
            templateId: string;
            /** Format: uuid */
            clientId: string;
            /** Format: uuid */
            instanceId: string;
            targets: string[];
            revision: number;
            planHash: string;
            /** @description Secrets redacted */
            variables: {
                [key: string]: unknown;
            };
            changes: {
                provider: string;
                type: string;
                /** @description Logical name in the template */
                name: string;
                /** @enum {string} */
                action: "create" | "update" | "replace" | "delete" | "unchanged" | "unknown";
                fields?: {
                    /** @description JSON Pointer inside the spec */
                    field: string;
                    /** @description Any JSON value */
                    from?: unknown;
                    /** @description Any JSON value */
                    to?: unknown;
                }[];
                /** @description It exists already and was not made by us: it is updated, and never deleted by us */
                adopted?: boolean;
                /** @description Why the action is unknown */
                reason?: string;
                notes?: string[];
            }[];
            createdBy: string;
            /** Format: date-time */
            createdAt: string;
            /** Format: date-time */
            updatedAt: string;
        };
        /** Resource initialization plan */
        ResourceInitializationPlan: {
            /** Format: uuid */
            id: string;
            /** Format: uuid */
            planId: string;
            /** Format: uuid */
            instanceId: string;
            /** @enum {string} */
            status: "running" | "success" | "failed";
            stages: {
                /** @enum {string} */
                table: "prompts" | "documents";
                /** @enum {string} */
                status: "pending" | "success" | "failed";
                rows: {
                    key: string;
                    contentHash: string;
                }[];
                written: number;
                deleted: number;
                writtenAt: string | null;
            }[];
            correlationId: string;
            /** Format: date-time */
            createdAt: string;
            /** Format: date-time */
            updatedAt: string;
        };
        /** Deployment record */
        DeploymentRecord: {
            /** Format: uuid */
            id: string;
            /** Format: uuid */
            planId: string;
            /** @enum {string} */
            operation: "deploy" | "undeploy";
            /** @enum {string} */
            status: "queued" | "running" | "success" | "failed";
            /** @description The whole request, secrets redacted */
            request: {
                [key: string]: unknown;
            };
            providers: {
                provider: string;
                /** @enum {string} */
                status: "pending" | "running" | "retrying" | "success" | "parked" | "skipped" | "resolved" | "cancelled";
                attempts: number;
                /** Format: date-time */
                nextRetryAt?: string;
                error?: {
                    code: string;
                    message: string;
                };
                manualSteps?: {
                    name: string;
                    instruction: string;
                    url: string;
                }[];
                links: components["schemas"]["ProviderLink"][];
            }[];
            error?: {
                code: string;
                message: string;
            };
            /** Format: uuid */
            supersededBy?: string;
            workflow?: {
                id: string;
                url?: string;
            };
            correlationId: string;
            requestedBy: string;
            /** Format: date-time */
            createdAt: string;
            startedAt: string | null;
            finishedAt: string | null;
            logsRef: string;
        };
        /** Workflow definition */
        WorkflowDefinition: {
            name: string;
            description?: string;
            /**
             * @description JSON Schema 2020-12 of the input; it declares no secrets, steps name a connection for those
             * @default {
             *       "type": "object",
             *       "properties": {}
             *     }
             */
            inputs: {
                [key: string]: unknown;
            };
            steps: {
                /** @description What expressions call it: `steps.<id>.output` */
                id: string;
                /** @description An action; `GET /api/v1/workflows/actions` lists them with their schemas */
                uses: string;
                /**
                 * @description The action's input; leaves may be expressions
                 * @default {}
                 */
                with: {
                    [key: string]: unknown;
                };
                /**
                 * @description Steps that come first
                 * @default []
                 */
                needs: string[];
                /** @description Skips the step where it renders to false, null or nothing */
                if?: boolean | string;
                /** @description A list, or an expression for one: once for each, as `item` and `index` */
                forEach?: string | unknown[];
                /**
                 * @description Of a forEach: how many at once
                 * @default 5
                 */
                concurrency: number;
                retry?: {
                    /** @default 5 */
                    attempts: number;
                    /** @default 1 */
                    initialSeconds: number;
                    /** @default 60 */
                    maxSeconds: number;
                    /** @default 2 */
                    factor: number;
                };
                /**
                 * @description stop: nothing further begins; continue: as if it had succeeded; or steps that run then, and only then
                 * @default stop
                 */
                onFailure: ("stop" | "continue") | string[];
            }[];
        };
    };
    responses: never;
    parameters: never;
    requestBodies: never;
    headers: never;
    pathItems: never;
}
export type $defs = Record<string, never>;
export interface operations {
    importTemplate: {
        parameters: {
            query?: {
                /** @description The same as in the body */
                force?: "true" | "false";
                /** @description The same as in the body; for an archive, which has no room for it */
                name?: string;
                /** @description The same as in the body; for an archive, which has no room for it */
                version?: string;
            };
            header?: {
                /** @description Follows the request through runs, logs, traces and the audit trail */
                "X-Correlation-Id"?: string;
                /** @description The same answer again for 24 hours */
                "Idempotency-Key"?: string;
            };
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                /**
                 * @example {
                 *       "kind": "retell",
                 *       "name": "dental-receptionist",
                 *       "content": {
                 *         "kind": "retell",
                 *         "name": "dental-receptionist",
                 *         "version": "1.2.0",
                 *         "meta": {
                 *           "title": "Dental receptionist",
                 *           "category": "healthcare"
                 *         },
                 *         "variables": {
                 *           "type": "object",
                 *           "required": [
                 *             "companyName"
                 *           ],
                 *           "properties": {
                 *             "companyName": {
                 *               "type": "string",
                 *               "minLength": 1
                 *             }
                 *           }
                 *         },
                 *         "resources": {
                 *           "brain": {
                 *             "provider": "retell",
                 *             "type": "llm",
                 *             "spec": {
                 *               "start_speaker": "agent",
                 *               "general_prompt": "You answer for ${{ variables.companyName }}"
                 *             }
                 *           },
                 *           "receptionist": {
                 *             "provider": "retell",
                 *             "type": "agent",
                 *             "spec": {
                 *               "voice_id": "11labs-Adrian",
                 *               "response_engine": {
                 *                 "type": "retell-llm",
                 *                 "llm_id": "${{ resources.brain.id }}"
                 *               }
                 *             }
                 *           }
                 *         }
                 *       }
                 *     }
                 */
                "application/json": {
                    /** @enum {string} */
                    kind: "retell" | "n8n" | "ghl" | "prompt" | "project" | "service";
                    /** @description Default: the content's own name */
                    name?: string;
                    /** @description Default: the content's own, else the next patch number */
                    version?: string;
                    meta?: {
                        title?: string;
                        description?: string;
                        category?: string;
                        tags?: string[];
                        author?: string;
                        license?: string;
                    } & {
                        [key: string]: unknown;
                    };
                    /** @description An artifact or a raw n8n or Retell export, as JSON or as JSON or YAML text */
                    content?: {
                        [key: string]: unknown;
                    } | string;
                    /** @description A path in the shipped library, or git+https://host/repository.git#path@ref; of a project template, its directory */
                    contentRef?: string;
                    /**
                     * Format: base64
                     * @description A project template's directory as tar, or gzipped tar, in base64; or send it as the body itself
                     */
                    archive?: string;
                    /**
                     * @description Make a new version when the template exists
                     * @default false
                     */
                    force?: boolean;
                };
                "application/x-tar": string;
                "application/gzip": string;
            };
        };
        responses: {
            /** @description It was there */
            200: {
                headers: {
                    /** @description The request's own, or a fresh one */
                    "X-Correlation-Id": string;
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "templateId": "0b6f0b9a-35b3-8f5a-8d0e-8f4b8f6d3a01",
                     *       "version": "1.2.0",
                     *       "contentRef": "sha256:9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08",
                     *       "status": "published",
                     *       "created": false
                     *     }
                     */
                    "application/json": {
                        /** Format: uuid */
                        templateId: string;
                        version: string;
                        contentRef: string;
                        /** @enum {string} */
                        status: "draft" | "published";
                        created: boolean;
                        /** @description What of a Cookiecutter or Copier template could not be translated */
                        untranslated?: {
                            file: string;
                            line: number;
                            what: string;
                            /** @description true: a project that needs this place cannot be made; false: it can, without what stands there */
                            stops: boolean;
                        }[];
                        /** @description How good the new version is. A project template that does not pass stays a draft */
                        quality?: {
                            score: number;
                            passed: boolean;
                            recommendations: string[];
                        };
                    };
                };
            };
            /** @description Imported */
            201: {
                headers: {
                    /** @description The request's own, or a fresh one */
                    "X-Correlation-Id": string;
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "templateId": "0b6f0b9a-35b3-8f5a-8d0e-8f4b8f6d3a01",
                     *       "version": "1.2.0",
                     *       "contentRef": "sha256:9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08",
                     *       "status": "published",
                     *       "created": true,
                     *       "quality": {
                     *         "score": 85,
                     *         "passed": true,
                     *         "recommendations": [
                     *           "Make a resource of the credentials that these nodes take from another n8n: intake: \"Mail\""
                     *         ]
                     *       }
                     *     }
                     */
                    "application/json": {
                        /** Format: uuid */
                        templateId: string;
                        version: string;
                        contentRef: string;
                        /** @enum {string} */
                        status: "draft" | "published";
                        created: boolean;
                        /** @description What of a Cookiecutter or Copier template could not be translated */
                        untranslated?: {
                            file: string;
                            line: number;
                            what: string;
                            /** @description true: a project that needs this place cannot be made; false: it can, without what stands there */
                            stops: boolean;
                        }[];
                        /** @description How good the new version is. A project template that does not pass stays a draft */
                        quality?: {
                            score: number;
                            passed: boolean;
                            recommendations: string[];
                        };
                    };
                };
            };
        };
    };
    listTemplates: {
        parameters: {
            query?: {
                /** @description Items per page, 1 to 100 */
                limit?: string;
                /** @description `nextCursor` of the page before */
                cursor?: string;
                /** @description created, updated, name or quality, with a minus for last first; asc and desc are by creation */
                sort?: "asc" | "desc" | "created" | "updated" | "name" | "quality" | "-created" | "-updated" | "-name" | "-quality";
                kind?: "retell" | "n8n" | "ghl" | "prompt" | "project" | "service";
                name?: string;
                category?: string;
                tag?: string;
                author?: string;
                status?: "draft" | "published";
                updatedFrom?: string;
                updatedTo?: string;
                /** @description At least this score */
                quality?: string;
                /** @description true: those that were deleted */
                deleted?: "true" | "false";
            };
            header?: {
                /** @description Follows the request through runs, logs, traces and the audit trail */
                "X-Correlation-Id"?: string;
            };
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description A page of templates */
            200: {
                headers: {
                    /** @description The request's own, or a fresh one */
                    "X-Correlation-Id": string;
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "items": [
                     *         {
                     *           "id": "0b6f0b9a-35b3-8f5a-8d0e-8f4b8f6d3a01",
                     *           "kind": "retell",
                     *           "name": "dental-receptionist",
                     *           "version": "1.2.0",
                     *           "status": "published",
                     *           "contentRef": "sha256:9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08",
                     *           "meta": {
                     *             "title": "Dental receptionist",
                     *             "category": "healthcare"
                     *           },
                     *           "qualityScore": 85,
                     *           "createdBy": "ops@agency.example",
                     *           "createdAt": "2026-03-02T09:15:00.000Z",
                     *           "updatedAt": "2026-03-02T09:15:00.000Z"
                     *         }
                     *       ],
                     *       "nextCursor": null
                     *     }
                     */
                    "application/json": {
                        items: {
                            /** Format: uuid */
                            id: string;
                            /** @enum {string} */
                            kind: "retell" | "n8n" | "ghl" | "prompt" | "project" | "service";
                            name: string;
                            version: string;
                            /**
                             * @description draft: nothing of it is published yet
                             * @enum {string}
                             */
                            status: "draft" | "published";
                            contentRef: string;
                            /** @description Any JSON object */
                            meta: {
                                [key: string]: unknown;
                            };
                            qualityScore: number | null;
                            createdBy: string;
                            /** Format: date-time */
                            createdAt: string;
                            /** Format: date-time */
                            updatedAt: string;
                            /** Format: date-time */
                            deletedAt?: string;
                        }[];
                        nextCursor: string | null;
                    };
                };
            };
        };
    };
    createTemplate: {
        parameters: {
            query?: never;
            header?: {
                /** @description Follows the request through runs, logs, traces and the audit trail */
                "X-Correlation-Id"?: string;
                /** @description The same answer again for 24 hours */
                "Idempotency-Key"?: string;
            };
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                /**
                 * @example {
                 *       "kind": "retell",
                 *       "name": "dental-receptionist",
                 *       "content": {
                 *         "kind": "retell",
                 *         "name": "dental-receptionist",
                 *         "version": "1.2.0",
                 *         "meta": {
                 *           "title": "Dental receptionist",
                 *           "category": "healthcare"
                 *         },
                 *         "variables": {
                 *           "type": "object",
                 *           "required": [
                 *             "companyName"
                 *           ],
                 *           "properties": {
                 *             "companyName": {
                 *               "type": "string",
                 *               "minLength": 1
                 *             }
                 *           }
                 *         },
                 *         "resources": {
                 *           "brain": {
                 *             "provider": "retell",
                 *             "type": "llm",
                 *             "spec": {
                 *               "start_speaker": "agent",
                 *               "general_prompt": "You answer for ${{ variables.companyName }}"
                 *             }
                 *           },
                 *           "receptionist": {
                 *             "provider": "retell",
                 *             "type": "agent",
                 *             "spec": {
                 *               "voice_id": "11labs-Adrian",
                 *               "response_engine": {
                 *                 "type": "retell-llm",
                 *                 "llm_id": "${{ resources.brain.id }}"
                 *               }
                 *             }
                 *           }
                 *         }
                 *       }
                 *     }
                 */
                "application/json": {
                    /** @enum {string} */
                    kind: "retell" | "n8n" | "ghl" | "prompt" | "project" | "service";
                    /** @description Default: the content's own name */
                    name?: string;
                    /** @description Default: the content's own, else the next patch number */
                    version?: string;
                    meta?: {
                        title?: string;
                        description?: string;
                        category?: string;
                        tags?: string[];
                        author?: string;
                        license?: string;
                    } & {
                        [key: string]: unknown;
                    };
                    /** @description An artifact or a raw n8n or Retell export, as JSON or as JSON or YAML text */
                    content?: {
                        [key: string]: unknown;
                    } | string;
                    /** @description A path in the shipped library, or git+https://host/repository.git#path@ref; of a project template, its directory */
                    contentRef?: string;
                    /**
                     * Format: base64
                     * @description A project template's directory as tar, or gzipped tar, in base64; or send it as the body itself
                     */
                    archive?: string;
                    /**
                     * @description Make a new version when the template exists
                     * @default false
                     */
                    force?: boolean;
                };
                "application/x-tar": string;
                "application/gzip": string;
            };
        };
        responses: {
            /** @description It was there */
            200: {
                headers: {
                    /** @description The request's own, or a fresh one */
                    "X-Correlation-Id": string;
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "templateId": "0b6f0b9a-35b3-8f5a-8d0e-8f4b8f6d3a01",
                     *       "version": "1.2.0",
                     *       "contentRef": "sha256:9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08",
                     *       "status": "published",
                     *       "created": false
                     *     }
                     */
                    "application/json": {
                        /** Format: uuid */
                        templateId: string;
                        version: string;
                        contentRef: string;
                        /** @enum {string} */
                        status: "draft" | "published";
                        created: boolean;
                        /** @description What of a Cookiecutter or Copier template could not be translated */
                        untranslated?: {
                            file: string;
                            line: number;
                            what: string;
                            /** @description true: a project that needs this place cannot be made; false: it can, without what stands there */
                            stops: boolean;
                        }[];
                        /** @description How good the new version is. A project template that does not pass stays a draft */
                        quality?: {
                            score: number;
                            passed: boolean;
                            recommendations: string[];
                        };
                    };
                };
            };
            /** @description Made */
            201: {
                headers: {
                    /** @description The request's own, or a fresh one */
                    "X-Correlation-Id": string;
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "templateId": "0b6f0b9a-35b3-8f5a-8d0e-8f4b8f6d3a01",
                     *       "version": "1.2.0",
                     *       "contentRef": "sha256:9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08",
                     *       "status": "published",
                     *       "created": true,
                     *       "quality": {
                     *         "score": 85,
                     *         "passed": true,
                     *         "recommendations": [
                     *           "Make a resource of the credentials that these nodes take from another n8n: intake: \"Mail\""
                     *         ]
                     *       }
                     *     }
                     */
                    "application/json": {
                        /** Format: uuid */
                        templateId: string;
                        version: string;
                        contentRef: string;
                        /** @enum {string} */
                        status: "draft" | "published";
                        created: boolean;
                        /** @description What of a Cookiecutter or Copier template could not be translated */
                        untranslated?: {
                            file: string;
                            line: number;
                            what: string;
                            /** @description true: a project that needs this place cannot be made; false: it can, without what stands there */
                            stops: boolean;
                        }[];
                        /** @description How good the new version is. A project template that does not pass stays a draft */
                        quality?: {
                            score: number;
                            passed: boolean;
                            recommendations: string[];
                        };
                    };
                };
            };
        };
    };
    searchTemplates: {
        parameters: {
            query?: never;
            header?: {
                /** @description Follows the request through runs, logs, traces and the audit trail */
                "X-Correlation-Id"?: string;
                /** @description The same answer again for 24 hours */
                "Idempotency-Key"?: string;
            };
            path?: never;
            cookie?: never;
        };
        requestBody?: {
            content: {
                /**
                 * @example {
                 *       "query": "dental recep",
                 *       "filters": {
                 *         "kind": "retell"
                 *       }
                 *     }
                 */
                "application/json": {
                    /** @description Words, each by its beginning or its stem, also mistyped; in quotes a phrase, with a minus before it what shall be absent */
                    query?: string;
                    filters?: {
                        kind?: ("retell" | "n8n" | "ghl" | "prompt" | "project" | "service") | ("retell" | "n8n" | "ghl" | "prompt" | "project" | "service")[];
                        category?: string | string[];
                        /** @description All of these */
                        tags?: string | string[];
                        author?: string;
                        /** @enum {string} */
                        status?: "draft" | "published";
                        /** Format: date-time */
                        updatedFrom?: string;
                        /** Format: date-time */
                        updatedTo?: string;
                    };
                    /** @default 20 */
                    limit?: number;
                    /** @description `nextCursor` of the page before */
                    cursor?: string;
                };
            };
        };
        responses: {
            /** @description A page of templates, with how many there are of each kind, category and tag */
            200: {
                headers: {
                    /** @description The request's own, or a fresh one */
                    "X-Correlation-Id": string;
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "items": [
                     *         {
                     *           "id": "0b6f0b9a-35b3-8f5a-8d0e-8f4b8f6d3a01",
                     *           "kind": "retell",
                     *           "name": "dental-receptionist",
                     *           "version": "1.2.0",
                     *           "status": "published",
                     *           "contentRef": "sha256:9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08",
                     *           "meta": {
                     *             "title": "Dental receptionist",
                     *             "category": "healthcare"
                     *           },
                     *           "qualityScore": 85,
                     *           "createdBy": "ops@agency.example",
                     *           "createdAt": "2026-03-02T09:15:00.000Z",
                     *           "updatedAt": "2026-03-02T09:15:00.000Z",
                     *           "score": 0.61
                     *         }
                     *       ],
                     *       "total": 1,
                     *       "corrected": {
                     *         "recep": [
                     *           "receptionist"
                     *         ]
                     *       },
                     *       "nextCursor": null,
                     *       "facets": {
                     *         "kind": [
                     *           {
                     *             "value": "retell",
                     *             "count": 1
                     *           }
                     *         ],
                     *         "category": [
                     *           {
                     *             "value": "healthcare",
                     *             "count": 1
                     *           }
                     *         ],
                     *         "tag": []
                     *       }
                     *     }
                     */
                    "application/json": {
                        items: {
                            /** Format: uuid */
                            id: string;
                            /** @enum {string} */
                            kind: "retell" | "n8n" | "ghl" | "prompt" | "project" | "service";
                            name: string;
                            version: string;
                            /**
                             * @description draft: nothing of it is published yet
                             * @enum {string}
                             */
                            status: "draft" | "published";
                            contentRef: string;
                            /** @description Any JSON object */
                            meta: {
                                [key: string]: unknown;
                            };
                            qualityScore: number | null;
                            createdBy: string;
                            /** Format: date-time */
                            createdAt: string;
                            /** Format: date-time */
                            updatedAt: string;
                            /** Format: date-time */
                            deletedAt?: string;
                            /** @description How well it fits; 0 without a query, and where only the content has the words */
                            score: number;
                        }[];
                        total: number;
                        /** @description How many there are of each, most first, up to 50 categories and tags; a facet also counts what its own filter leaves out */
                        facets: {
                            kind: {
                                value: string;
                                count: number;
                            }[];
                            category: {
                                value: string;
                                count: number;
                            }[];
                            tag: {
                                value: string;
                                count: number;
                            }[];
                        };
                        /** @description Words that no template has, and those that were looked for instead */
                        corrected: {
                            [key: string]: string[];
                        };
                        nextCursor: string | null;
                    };
                };
            };
        };
    };
    getTemplate: {
        parameters: {
            query?: never;
            header?: {
                /** @description Follows the request through runs, logs, traces and the audit trail */
                "X-Correlation-Id"?: string;
            };
            path: {
                /** @description The id, or the name where one kind alone has it */
                id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description The template at its newest version */
            200: {
                headers: {
                    /** @description The request's own, or a fresh one */
                    "X-Correlation-Id": string;
                    /** @description Changes when the body does; send it back in If-Match */
                    ETag: string;
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "id": "0b6f0b9a-35b3-8f5a-8d0e-8f4b8f6d3a01",
                     *       "kind": "retell",
                     *       "name": "dental-receptionist",
                     *       "version": "1.2.0",
                     *       "status": "published",
                     *       "contentRef": "sha256:9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08",
                     *       "meta": {
                     *         "title": "Dental receptionist",
                     *         "category": "healthcare"
                     *       },
                     *       "qualityScore": 85,
                     *       "createdBy": "ops@agency.example",
                     *       "createdAt": "2026-03-02T09:15:00.000Z",
                     *       "updatedAt": "2026-03-02T09:15:00.000Z"
                     *     }
                     */
                    "application/json": {
                        /** Format: uuid */
                        id: string;
                        /** @enum {string} */
                        kind: "retell" | "n8n" | "ghl" | "prompt" | "project" | "service";
                        name: string;
                        version: string;
                        /**
                         * @description draft: nothing of it is published yet
                         * @enum {string}
                         */
                        status: "draft" | "published";
                        contentRef: string;
                        /** @description Any JSON object */
                        meta: {
                            [key: string]: unknown;
                        };
                        qualityScore: number | null;
                        createdBy: string;
                        /** Format: date-time */
                        createdAt: string;
                        /** Format: date-time */
                        updatedAt: string;
                        /** Format: date-time */
                        deletedAt?: string;
                    };
                };
            };
        };
    };
    updateTemplate: {
        parameters: {
            query?: {
                /** @description The same as in the body; for an archive, which has no room for it */
                version?: string;
            };
            header?: {
                /** @description Follows the request through runs, logs, traces and the audit trail */
                "X-Correlation-Id"?: string;
                /** @description An ETag: 412 when it has changed since */
                "If-Match"?: string;
            };
            path: {
                /** @description The id, or the name where one kind alone has it */
                id: string;
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                /**
                 * @example {
                 *       "meta": {
                 *         "title": "Front desk"
                 *       }
                 *     }
                 */
                "application/json": {
                    /** @description Default: the content's own, else the next patch number */
                    version?: string;
                    meta?: {
                        title?: string;
                        description?: string;
                        category?: string;
                        tags?: string[];
                        author?: string;
                        license?: string;
                    } & {
                        [key: string]: unknown;
                    };
                    /** @description An artifact or a raw n8n or Retell export, as JSON or as JSON or YAML text */
                    content?: {
                        [key: string]: unknown;
                    } | string;
                    /** @description A path in the shipped library, or git+https://host/repository.git#path@ref; of a project template, its directory */
                    contentRef?: string;
                    /**
                     * Format: base64
                     * @description A project template's directory as tar, or gzipped tar, in base64; or send it as the body itself
                     */
                    archive?: string;
                };
                "application/x-tar": string;
                "application/gzip": string;
            };
        };
        responses: {
            /** @description The newest version says this already */
            200: {
                headers: {
                    /** @description The request's own, or a fresh one */
                    "X-Correlation-Id": string;
                    /** @description Changes when the body does; send it back in If-Match */
                    ETag: string;
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "templateId": "0b6f0b9a-35b3-8f5a-8d0e-8f4b8f6d3a01",
                     *       "version": "1.2.0",
                     *       "contentRef": "sha256:9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08",
                     *       "status": "published",
                     *       "created": false
                     *     }
                     */
                    "application/json": {
                        /** Format: uuid */
                        templateId: string;
                        version: string;
                        contentRef: string;
                        /** @enum {string} */
                        status: "draft" | "published";
                        created: boolean;
                        /** @description What of a Cookiecutter or Copier template could not be translated */
                        untranslated?: {
                            file: string;
                            line: number;
                            what: string;
                            /** @description true: a project that needs this place cannot be made; false: it can, without what stands there */
                            stops: boolean;
                        }[];
                        /** @description How good the new version is. A project template that does not pass stays a draft */
                        quality?: {
                            score: number;
                            passed: boolean;
                            recommendations: string[];
                        };
                    };
                };
            };
            /** @description The new version */
            201: {
                headers: {
                    /** @description The request's own, or a fresh one */
                    "X-Correlation-Id": string;
                    /** @description Changes when the body does; send it back in If-Match */
                    ETag: string;
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "templateId": "0b6f0b9a-35b3-8f5a-8d0e-8f4b8f6d3a01",
                     *       "version": "1.2.1",
                     *       "contentRef": "sha256:9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08",
                     *       "status": "published",
                     *       "created": true
                     *     }
                     */
                    "application/json": {
                        /** Format: uuid */
                        templateId: string;
                        version: string;
                        contentRef: string;
                        /** @enum {string} */
                        status: "draft" | "published";
                        created: boolean;
                        /** @description What of a Cookiecutter or Copier template could not be translated */
                        untranslated?: {
                            file: string;
                            line: number;
                            what: string;
                            /** @description true: a project that needs this place cannot be made; false: it can, without what stands there */
                            stops: boolean;
                        }[];
                        /** @description How good the new version is. A project template that does not pass stays a draft */
                        quality?: {
                            score: number;
                            passed: boolean;
                            recommendations: string[];
                        };
                    };
                };
            };
        };
    };
    deleteTemplate: {
        parameters: {
            query?: {
                /** @description Although something of it is deployed; that stays, and can still be undeployed */
                force?: "true" | "false";
            };
            header?: {
                /** @description Follows the request through runs, logs, traces and the audit trail */
                "X-Correlation-Id"?: string;
                /** @description An ETag: 412 when it has changed since */
                "If-Match"?: string;
            };
            path: {
                /** @description The id, or the name where one kind alone has it */
                id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Deleted */
            204: {
                headers: {
                    /** @description The request's own, or a fresh one */
                    "X-Correlation-Id": string;
                    [name: string]: unknown;
                };
                content?: never;
            };
        };
    };
    restoreTemplate: {
        parameters: {
            query?: never;
            header?: {
                /** @description Follows the request through runs, logs, traces and the audit trail */
                "X-Correlation-Id"?: string;
                /** @description The same answer again for 24 hours */
                "Idempotency-Key"?: string;
                /** @description An ETag: 412 when it has changed since */
                "If-Match"?: string;
            };
            path: {
                /** @description The id, or the name where one kind alone has it */
                id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description It is there */
            200: {
                headers: {
                    /** @description The request's own, or a fresh one */
                    "X-Correlation-Id": string;
                    /** @description Changes when the body does; send it back in If-Match */
                    ETag: string;
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "id": "0b6f0b9a-35b3-8f5a-8d0e-8f4b8f6d3a01",
                     *       "kind": "retell",
                     *       "name": "dental-receptionist",
                     *       "version": "1.2.0",
                     *       "status": "published",
                     *       "contentRef": "sha256:9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08",
                     *       "meta": {
                     *         "title": "Dental receptionist",
                     *         "category": "healthcare"
                     *       },
                     *       "qualityScore": 85,
                     *       "createdBy": "ops@agency.example",
                     *       "createdAt": "2026-03-02T09:15:00.000Z",
                     *       "updatedAt": "2026-03-02T09:15:00.000Z"
                     *     }
                     */
                    "application/json": {
                        /** Format: uuid */
                        id: string;
                        /** @enum {string} */
                        kind: "retell" | "n8n" | "ghl" | "prompt" | "project" | "service";
                        name: string;
                        version: string;
                        /**
                         * @description draft: nothing of it is published yet
                         * @enum {string}
                         */
                        status: "draft" | "published";
                        contentRef: string;
                        /** @description Any JSON object */
                        meta: {
                            [key: string]: unknown;
                        };
                        qualityScore: number | null;
                        createdBy: string;
                        /** Format: date-time */
                        createdAt: string;
                        /** Format: date-time */
                        updatedAt: string;
                        /** Format: date-time */
                        deletedAt?: string;
                    };
                };
            };
        };
    };
    publishTemplate: {
        parameters: {
            query?: never;
            header?: {
                /** @description Follows the request through runs, logs, traces and the audit trail */
                "X-Correlation-Id"?: string;
                /** @description The same answer again for 24 hours */
                "Idempotency-Key"?: string;
                /** @description An ETag: 412 when it has changed since */
                "If-Match"?: string;
            };
            path: {
                /** @description The id, or the name where one kind alone has it */
                id: string;
            };
            cookie?: never;
        };
        requestBody?: {
            content: {
                /** @example {} */
                "application/json": {
                    /** @description Default: the newest draft */
                    version?: string;
                };
            };
        };
        responses: {
            /** @description The template at this version */
            200: {
                headers: {
                    /** @description The request's own, or a fresh one */
                    "X-Correlation-Id": string;
                    /** @description Changes when the body does; send it back in If-Match */
                    ETag: string;
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "id": "0b6f0b9a-35b3-8f5a-8d0e-8f4b8f6d3a01",
                     *       "kind": "retell",
                     *       "name": "dental-receptionist",
                     *       "version": "1.2.0",
                     *       "status": "published",
                     *       "contentRef": "sha256:9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08",
                     *       "meta": {
                     *         "title": "Dental receptionist",
                     *         "category": "healthcare"
                     *       },
                     *       "qualityScore": 85,
                     *       "createdBy": "ops@agency.example",
                     *       "createdAt": "2026-03-02T09:15:00.000Z",
                     *       "updatedAt": "2026-03-02T09:15:00.000Z"
                     *     }
                     */
                    "application/json": {
                        /** Format: uuid */
                        id: string;
                        /** @enum {string} */
                        kind: "retell" | "n8n" | "ghl" | "prompt" | "project" | "service";
                        name: string;
                        version: string;
                        /**
                         * @description draft: nothing of it is published yet
                         * @enum {string}
                         */
                        status: "draft" | "published";
                        contentRef: string;
                        /** @description Any JSON object */
                        meta: {
                            [key: string]: unknown;
                        };
                        qualityScore: number | null;
                        createdBy: string;
                        /** Format: date-time */
                        createdAt: string;
                        /** Format: date-time */
                        updatedAt: string;
                        /** Format: date-time */
                        deletedAt?: string;
                    };
                };
            };
        };
    };
    listTemplateVersions: {
        parameters: {
            query?: {
                /** @description Items per page, 1 to 100 */
                limit?: string;
                /** @description `nextCursor` of the page before */
                cursor?: string;
                /** @description By time; newest first by default */
                sort?: "asc" | "desc";
            };
            header?: {
                /** @description Follows the request through runs, logs, traces and the audit trail */
                "X-Correlation-Id"?: string;
            };
            path: {
                /** @description The id, or the name where one kind alone has it */
                id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description A page of versions */
            200: {
                headers: {
                    /** @description The request's own, or a fresh one */
                    "X-Correlation-Id": string;
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "items": [
                     *         {
                     *           "version": "1.2.0",
                     *           "contentRef": "sha256:9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08",
                     *           "status": "published",
                     *           "qualityScore": 85,
                     *           "source": null,
                     *           "createdBy": "ops@agency.example",
                     *           "createdAt": "2026-03-02T09:15:00.000Z",
                     *           "sha": "4b825dc642cb6eb9a060e54bf8d69288fbee4904",
                     *           "author": "ops@agency.example",
                     *           "date": "2026-03-02T09:15:00.000Z",
                     *           "message": "Update template: dental-receptionist",
                     *           "paths": [
                     *             "retell/dental-receptionist/template.yaml"
                     *           ]
                     *         }
                     *       ],
                     *       "nextCursor": null
                     *     }
                     */
                    "application/json": {
                        items: {
                            version: string;
                            contentRef: string;
                            /** @enum {string} */
                            status: "draft" | "published";
                            qualityScore: number | null;
                            /** @description The contentRef it was imported from; null for content that was sent */
                            source: string | null;
                            createdBy: string;
                            /** Format: date-time */
                            createdAt: string;
                            /** @description null until the commit is made */
                            sha: string | null;
                            author: string;
                            /**
                             * Format: date-time
                             * @description The commit's, of whole seconds
                             */
                            date: string;
                            message: string;
                            /** @description Files of the repository that the change touches */
                            paths: string[];
                        }[];
                        nextCursor: string | null;
                    };
                };
            };
        };
    };
    getTemplateVersion: {
        parameters: {
            query?: never;
            header?: {
                /** @description Follows the request through runs, logs, traces and the audit trail */
                "X-Correlation-Id"?: string;
            };
            path: {
                /** @description The id, or the name where one kind alone has it */
                id: string;
                version: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description The version; it never changes */
            200: {
                headers: {
                    /** @description The request's own, or a fresh one */
                    "X-Correlation-Id": string;
                    /** @description Changes when the body does; send it back in If-Match */
                    ETag: string;
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "version": "1.2.0",
                     *       "contentRef": "sha256:9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08",
                     *       "status": "published",
                     *       "qualityScore": 85,
                     *       "source": null,
                     *       "createdBy": "ops@agency.example",
                     *       "createdAt": "2026-03-02T09:15:00.000Z",
                     *       "templateId": "0b6f0b9a-35b3-8f5a-8d0e-8f4b8f6d3a01",
                     *       "artifact": {
                     *         "kind": "retell",
                     *         "name": "dental-receptionist",
                     *         "version": "1.2.0",
                     *         "meta": {
                     *           "title": "Dental receptionist",
                     *           "category": "healthcare"
                     *         },
                     *         "variables": {
                     *           "type": "object",
                     *           "required": [
                     *             "companyName"
                     *           ],
                     *           "properties": {
                     *             "companyName": {
                     *               "type": "string",
                     *               "minLength": 1
                     *             }
                     *           }
                     *         },
                     *         "resources": {
                     *           "brain": {
                     *             "provider": "retell",
                     *             "type": "llm",
                     *             "spec": {
                     *               "start_speaker": "agent",
                     *               "general_prompt": "You answer for ${{ variables.companyName }}"
                     *             }
                     *           },
                     *           "receptionist": {
                     *             "provider": "retell",
                     *             "type": "agent",
                     *             "spec": {
                     *               "voice_id": "11labs-Adrian",
                     *               "response_engine": {
                     *                 "type": "retell-llm",
                     *                 "llm_id": "${{ resources.brain.id }}"
                     *               }
                     *             }
                     *           }
                     *         },
                     *         "initialization": {
                     *           "prompts": [],
                     *           "documents": []
                     *         }
                     *       }
                     *     }
                     */
                    "application/json": {
                        version: string;
                        contentRef: string;
                        /** @enum {string} */
                        status: "draft" | "published";
                        qualityScore: number | null;
                        /** @description The contentRef it was imported from; null for content that was sent */
                        source: string | null;
                        createdBy: string;
                        /** Format: date-time */
                        createdAt: string;
                        /** Format: uuid */
                        templateId: string;
                        artifact: components["schemas"]["TemplateArtifact"];
                    };
                };
            };
        };
    };
    compareVersions: {
        parameters: {
            query: {
                from: string;
                /** @description Default: the newest */
                to?: string;
            };
            header?: {
                /** @description Follows the request through runs, logs, traces and the audit trail */
                "X-Correlation-Id"?: string;
            };
            path: {
                /** @description The id, or the name where one kind alone has it */
                id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description What differs, place by place and line by line */
            200: {
                headers: {
                    /** @description The request's own, or a fresh one */
                    "X-Correlation-Id": string;
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "from": "1.1.0",
                     *       "to": "1.2.0",
                     *       "changes": [
                     *         {
                     *           "pointer": "/meta/title",
                     *           "action": "changed",
                     *           "from": "Receptionist",
                     *           "to": "Dental receptionist"
                     *         }
                     *       ],
                     *       "text": "--- dental-receptionist 1.1.0\n+++ dental-receptionist 1.2.0\n@@ -3,3 +3,3 @@\n   \"meta\": {\n-    \"title\": \"Receptionist\",\n+    \"title\": \"Dental receptionist\",\n     \"category\": \"healthcare\"\n"
                     *     }
                     */
                    "application/json": {
                        from: string;
                        to: string;
                        changes: {
                            /** @description JSON Pointer; of what was removed from a list, where it stood before */
                            pointer: string;
                            /** @enum {string} */
                            action: "added" | "removed" | "changed";
                            /** @description Any JSON value */
                            from?: unknown;
                            /** @description Any JSON value */
                            to?: unknown;
                        }[];
                        /** @description A unified patch of the indented content, in which each line of a long text is a line; null for what is too large or too different to be read so */
                        text: string | null;
                    };
                };
            };
        };
    };
    exportTemplate: {
        parameters: {
            query?: {
                /** @description Default: the newest */
                version?: string;
            };
            header?: {
                /** @description Follows the request through runs, logs, traces and the audit trail */
                "X-Correlation-Id"?: string;
            };
            path: {
                /** @description The id, or the name where one kind alone has it */
                id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description The artifact */
            200: {
                headers: {
                    /** @description The request's own, or a fresh one */
                    "X-Correlation-Id": string;
                    /** @description Changes when the body does; send it back in If-Match */
                    ETag: string;
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "kind": "retell",
                     *       "name": "dental-receptionist",
                     *       "version": "1.2.0",
                     *       "meta": {
                     *         "title": "Dental receptionist",
                     *         "category": "healthcare"
                     *       },
                     *       "variables": {
                     *         "type": "object",
                     *         "required": [
                     *           "companyName"
                     *         ],
                     *         "properties": {
                     *           "companyName": {
                     *             "type": "string",
                     *             "minLength": 1
                     *           }
                     *         }
                     *       },
                     *       "resources": {
                     *         "brain": {
                     *           "provider": "retell",
                     *           "type": "llm",
                     *           "spec": {
                     *             "start_speaker": "agent",
                     *             "general_prompt": "You answer for ${{ variables.companyName }}"
                     *           }
                     *         },
                     *         "receptionist": {
                     *           "provider": "retell",
                     *           "type": "agent",
                     *           "spec": {
                     *             "voice_id": "11labs-Adrian",
                     *             "response_engine": {
                     *               "type": "retell-llm",
                     *               "llm_id": "${{ resources.brain.id }}"
                     *             }
                     *           }
                     *         }
                     *       },
                     *       "initialization": {
                     *         "prompts": [],
                     *         "documents": []
                     *       }
                     *     }
                     */
                    "application/json": components["schemas"]["TemplateArtifact"];
                    "application/x-tar": string;
                };
            };
        };
    };
    instantiateTemplate: {
        parameters: {
            query?: never;
            header?: {
                /** @description Follows the request through runs, logs, traces and the audit trail */
                "X-Correlation-Id"?: string;
                /** @description The same answer again for 24 hours */
                "Idempotency-Key"?: string;
            };
            path: {
                /** @description The id, or the name where one kind alone has it */
                id: string;
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                /**
                 * @example {
                 *       "projectName": "orders-api",
                 *       "parameters": {
                 *         "description": "Takes orders",
                 *         "port": 8080
                 *       }
                 *     }
                 */
                "application/json": {
                    /** @description The name of the directory that is made, and the variable projectName */
                    projectName: string;
                    /**
                     * @description The template's variables
                     * @default {}
                     */
                    parameters?: {
                        [key: string]: unknown;
                    };
                    /** @description Default: the newest */
                    version?: string;
                };
            };
        };
        responses: {
            /** @description The project */
            200: {
                headers: {
                    /** @description The request's own, or a fresh one */
                    "X-Correlation-Id": string;
                    [name: string]: unknown;
                };
                content: {
                    "application/x-tar": string;
                };
            };
        };
    };
    rollbackTemplate: {
        parameters: {
            query?: never;
            header?: {
                /** @description Follows the request through runs, logs, traces and the audit trail */
                "X-Correlation-Id"?: string;
                /** @description The same answer again for 24 hours */
                "Idempotency-Key"?: string;
                /** @description An ETag: 412 when it has changed since */
                "If-Match"?: string;
            };
            path: {
                /** @description The id, or the name where one kind alone has it */
                id: string;
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                /**
                 * @example {
                 *       "version": "1.1.0"
                 *     }
                 */
                "application/json": {
                    /** @description The version whose content becomes the newest again */
                    version: string;
                };
            };
        };
        responses: {
            /** @description The newest version has this content already */
            200: {
                headers: {
                    /** @description The request's own, or a fresh one */
                    "X-Correlation-Id": string;
                    /** @description Changes when the body does; send it back in If-Match */
                    ETag: string;
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "templateId": "0b6f0b9a-35b3-8f5a-8d0e-8f4b8f6d3a01",
                     *       "version": "1.2.0",
                     *       "contentRef": "sha256:9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08",
                     *       "status": "published",
                     *       "created": false
                     *     }
                     */
                    "application/json": {
                        /** Format: uuid */
                        templateId: string;
                        version: string;
                        contentRef: string;
                        /** @enum {string} */
                        status: "draft" | "published";
                        created: boolean;
                        /** @description What of a Cookiecutter or Copier template could not be translated */
                        untranslated?: {
                            file: string;
                            line: number;
                            what: string;
                            /** @description true: a project that needs this place cannot be made; false: it can, without what stands there */
                            stops: boolean;
                        }[];
                        /** @description How good the new version is. A project template that does not pass stays a draft */
                        quality?: {
                            score: number;
                            passed: boolean;
                            recommendations: string[];
                        };
                    };
                };
            };
            /** @description The new version */
            201: {
                headers: {
                    /** @description The request's own, or a fresh one */
                    "X-Correlation-Id": string;
                    /** @description Changes when the body does; send it back in If-Match */
                    ETag: string;
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "templateId": "0b6f0b9a-35b3-8f5a-8d0e-8f4b8f6d3a01",
                     *       "version": "1.2.1",
                     *       "contentRef": "sha256:9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08",
                     *       "status": "published",
                     *       "created": true
                     *     }
                     */
                    "application/json": {
                        /** Format: uuid */
                        templateId: string;
                        version: string;
                        contentRef: string;
                        /** @enum {string} */
                        status: "draft" | "published";
                        created: boolean;
                        /** @description What of a Cookiecutter or Copier template could not be translated */
                        untranslated?: {
                            file: string;
                            line: number;
                            what: string;
                            /** @description true: a project that needs this place cannot be made; false: it can, without what stands there */
                            stops: boolean;
                        }[];
                        /** @description How good the new version is. A project template that does not pass stays a draft */
                        quality?: {
                            score: number;
                            passed: boolean;
                            recommendations: string[];
                        };
                    };
                };
            };
        };
    };
    customizeTemplate: {
        parameters: {
            query?: {
                /** @description The same as in the body */
                dryRun?: "true" | "false";
            };
            header?: {
                /** @description Follows the request through runs, logs, traces and the audit trail */
                "X-Correlation-Id"?: string;
                /** @description The same answer again for 24 hours */
                "Idempotency-Key"?: string;
            };
            path: {
                /** @description The id, or the name where one kind alone has it */
                id: string;
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                /**
                 * @example {
                 *       "variables": {
                 *         "companyName": "Bright Smile"
                 *       }
                 *     }
                 */
                "application/json": {
                    /** @description Any JSON object */
                    variables: {
                        [key: string]: unknown;
                    };
                    version?: string;
                    /** @default [] */
                    kbRefs?: string[];
                    /** @default false */
                    useLlm?: boolean;
                    /** @default false */
                    dryRun?: boolean;
                };
            };
        };
        responses: {
            /** @description The instance was there; with `dryRun`, the rendering */
            200: {
                headers: {
                    /** @description The request's own, or a fresh one */
                    "X-Correlation-Id": string;
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "resources": {
                     *         "brain": {
                     *           "provider": "retell",
                     *           "type": "llm",
                     *           "spec": {
                     *             "start_speaker": "agent",
                     *             "general_prompt": "You answer for Bright Smile"
                     *           }
                     *         }
                     *       },
                     *       "initialization": {
                     *         "prompts": [],
                     *         "documents": []
                     *       }
                     *     }
                     */
                    "application/json": {
                        /** Format: uuid */
                        instanceId: string;
                        /** Format: uuid */
                        templateId: string;
                        version: string;
                        variablesHash: string;
                    } | {
                        resources: {
                            [key: string]: {
                                provider: string;
                                type: string;
                                /** @description Any JSON object */
                                spec: {
                                    [key: string]: unknown;
                                };
                            };
                        };
                        initialization: {
                            prompts: {
                                [key: string]: unknown;
                            }[];
                            documents: {
                                [key: string]: unknown;
                            }[];
                        };
                    };
                };
            };
            /** @description The instance */
            201: {
                headers: {
                    /** @description The request's own, or a fresh one */
                    "X-Correlation-Id": string;
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "instanceId": "3c1f7c58-9d4b-8a77-b1c6-0f6a2e8d5b03",
                     *       "templateId": "0b6f0b9a-35b3-8f5a-8d0e-8f4b8f6d3a01",
                     *       "version": "1.2.0",
                     *       "variablesHash": "9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08"
                     *     }
                     */
                    "application/json": {
                        /** Format: uuid */
                        instanceId: string;
                        /** Format: uuid */
                        templateId: string;
                        version: string;
                        variablesHash: string;
                    };
                };
            };
        };
    };
    getInstance: {
        parameters: {
            query?: never;
            header?: {
                /** @description Follows the request through runs, logs, traces and the audit trail */
                "X-Correlation-Id"?: string;
            };
            path: {
                id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description What was rendered; it never changes. Secrets show as their expressions */
            200: {
                headers: {
                    /** @description The request's own, or a fresh one */
                    "X-Correlation-Id": string;
                    /** @description Changes when the body does; send it back in If-Match */
                    ETag: string;
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "instanceId": "3c1f7c58-9d4b-8a77-b1c6-0f6a2e8d5b03",
                     *       "templateId": "0b6f0b9a-35b3-8f5a-8d0e-8f4b8f6d3a01",
                     *       "version": "1.2.0",
                     *       "variablesHash": "9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08",
                     *       "variables": {
                     *         "companyName": "Bright Smile"
                     *       },
                     *       "kbRefs": [],
                     *       "useLlm": false,
                     *       "rendering": {
                     *         "resources": {
                     *           "brain": {
                     *             "provider": "retell",
                     *             "type": "llm",
                     *             "spec": {
                     *               "start_speaker": "agent",
                     *               "general_prompt": "You answer for Bright Smile"
                     *             }
                     *           }
                     *         },
                     *         "initialization": {
                     *           "prompts": [],
                     *           "documents": []
                     *         }
                     *       }
                     *     }
                     */
                    "application/json": {
                        /** Format: uuid */
                        instanceId: string;
                        /** Format: uuid */
                        templateId: string;
                        version: string;
                        variablesHash: string;
                        /** @description Those that are no secrets */
                        variables: {
                            [key: string]: unknown;
                        };
                        kbRefs: string[];
                        useLlm: boolean;
                        rendering: {
                            resources: {
                                [key: string]: {
                                    provider: string;
                                    type: string;
                                    /** @description Any JSON object */
                                    spec: {
                                        [key: string]: unknown;
                                    };
                                };
                            };
                            initialization: {
                                prompts: {
                                    [key: string]: unknown;
                                }[];
                                documents: {
                                    [key: string]: unknown;
                                }[];
                            };
                        };
                    };
                };
            };
        };
    };
    planDeployment: {
        parameters: {
            query?: {
                /** @description The same as in the body */
                replace?: "true" | "false";
            };
            header?: {
                /** @description Follows the request through runs, logs, traces and the audit trail */
                "X-Correlation-Id"?: string;
                /** @description The same answer again for 24 hours */
                "Idempotency-Key"?: string;
            };
            path: {
                /** @description The id, or the name where one kind alone has it */
                id: string;
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                /**
                 * @example {
                 *       "clientId": "5a4d8b6e-2c4e-4f0a-9a55-1d2b7c9e4f02",
                 *       "targets": [
                 *         "retell"
                 *       ],
                 *       "instanceId": "3c1f7c58-9d4b-8a77-b1c6-0f6a2e8d5b03"
                 *     }
                 */
                "application/json": {
                    /** Format: uuid */
                    clientId: string;
                    targets: string[];
                    /** Format: uuid */
                    instanceId?: string;
                    /** @description Any JSON object */
                    variables?: {
                        [key: string]: unknown;
                    };
                    /** @default false */
                    replace?: boolean;
                };
            };
        };
        responses: {
            /** @description The plan was there */
            200: {
                headers: {
                    /** @description The request's own, or a fresh one */
                    "X-Correlation-Id": string;
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "planId": "7e2a9d10-4b3c-8e66-a0f5-6c9d1b7e3a04",
                     *       "revision": 1,
                     *       "planHash": "9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08",
                     *       "changes": [
                     *         {
                     *           "provider": "retell",
                     *           "type": "llm",
                     *           "name": "brain",
                     *           "action": "create"
                     *         },
                     *         {
                     *           "provider": "retell",
                     *           "type": "agent",
                     *           "name": "receptionist",
                     *           "action": "create"
                     *         }
                     *       ]
                     *     }
                     */
                    "application/json": {
                        /** Format: uuid */
                        planId: string;
                        revision: number;
                        planHash: string;
                        changes: {
                            provider: string;
                            type: string;
                            /** @description Logical name in the template */
                            name: string;
                            /** @enum {string} */
                            action: "create" | "update" | "replace" | "delete" | "unchanged" | "unknown";
                            fields?: {
                                /** @description JSON Pointer inside the spec */
                                field: string;
                                /** @description Any JSON value */
                                from?: unknown;
                                /** @description Any JSON value */
                                to?: unknown;
                            }[];
                            /** @description It exists already and was not made by us: it is updated, and never deleted by us */
                            adopted?: boolean;
                            /** @description Why the action is unknown */
                            reason?: string;
                            notes?: string[];
                        }[];
                    };
                };
            };
            /** @description Planned */
            201: {
                headers: {
                    /** @description The request's own, or a fresh one */
                    "X-Correlation-Id": string;
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "planId": "7e2a9d10-4b3c-8e66-a0f5-6c9d1b7e3a04",
                     *       "revision": 1,
                     *       "planHash": "9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08",
                     *       "changes": [
                     *         {
                     *           "provider": "retell",
                     *           "type": "llm",
                     *           "name": "brain",
                     *           "action": "create"
                     *         },
                     *         {
                     *           "provider": "retell",
                     *           "type": "agent",
                     *           "name": "receptionist",
                     *           "action": "create"
                     *         }
                     *       ]
                     *     }
                     */
                    "application/json": {
                        /** Format: uuid */
                        planId: string;
                        revision: number;
                        planHash: string;
                        changes: {
                            provider: string;
                            type: string;
                            /** @description Logical name in the template */
                            name: string;
                            /** @enum {string} */
                            action: "create" | "update" | "replace" | "delete" | "unchanged" | "unknown";
                            fields?: {
                                /** @description JSON Pointer inside the spec */
                                field: string;
                                /** @description Any JSON value */
                                from?: unknown;
                                /** @description Any JSON value */
                                to?: unknown;
                            }[];
                            /** @description It exists already and was not made by us: it is updated, and never deleted by us */
                            adopted?: boolean;
                            /** @description Why the action is unknown */
                            reason?: string;
                            notes?: string[];
                        }[];
                    };
                };
            };
        };
    };
    initializeResources: {
        parameters: {
            query?: never;
            header?: {
                /** @description Follows the request through runs, logs, traces and the audit trail */
                "X-Correlation-Id"?: string;
                /** @description The same answer again for 24 hours */
                "Idempotency-Key"?: string;
            };
            path: {
                /** @description The id, or the name where one kind alone has it */
                id: string;
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                /**
                 * @example {
                 *       "planId": "7e2a9d10-4b3c-8e66-a0f5-6c9d1b7e3a04"
                 *     }
                 */
                "application/json": {
                    /** Format: uuid */
                    planId: string;
                };
            };
        };
        responses: {
            /** @description Written */
            201: {
                headers: {
                    /** @description The request's own, or a fresh one */
                    "X-Correlation-Id": string;
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "planId": "7e2a9d10-4b3c-8e66-a0f5-6c9d1b7e3a04",
                     *       "resourcePlanId": "1d9e3f47-5c8b-8b21-9e7a-4a6c8e0f2b06"
                     *     }
                     */
                    "application/json": {
                        /** Format: uuid */
                        planId: string;
                        /** Format: uuid */
                        resourcePlanId: string;
                    };
                };
            };
        };
    };
    deployPlan: {
        parameters: {
            query?: never;
            header?: {
                /** @description Follows the request through runs, logs, traces and the audit trail */
                "X-Correlation-Id"?: string;
                /** @description The same answer again for 24 hours */
                "Idempotency-Key"?: string;
            };
            path: {
                /** @description The id, or the name where one kind alone has it */
                id: string;
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                /**
                 * @example {
                 *       "planId": "7e2a9d10-4b3c-8e66-a0f5-6c9d1b7e3a04"
                 *     }
                 */
                "application/json": {
                    /** Format: uuid */
                    planId: string;
                    planHash?: string;
                    /** @default false */
                    destroy?: boolean;
                };
            };
        };
        responses: {
            /** @description Accepted: the record exists and its run has begun */
            202: {
                headers: {
                    /** @description The request's own, or a fresh one */
                    "X-Correlation-Id": string;
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "recordId": "c8b5f1d2-7a6e-4d39-8b2c-2e4f6a8c0d05"
                     *     }
                     */
                    "application/json": {
                        /** Format: uuid */
                        recordId: string;
                    };
                };
            };
        };
    };
    listLinks: {
        parameters: {
            query?: {
                clientId?: string;
                planId?: string;
            };
            header?: {
                /** @description Follows the request through runs, logs, traces and the audit trail */
                "X-Correlation-Id"?: string;
            };
            path: {
                /** @description The id, or the name where one kind alone has it */
                id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description The providers' resources */
            200: {
                headers: {
                    /** @description The request's own, or a fresh one */
                    "X-Correlation-Id": string;
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example [
                     *       {
                     *         "provider": "retell",
                     *         "external_id": "agent_16ab4d1f0c2e5a7b9d3f",
                     *         "url": "https://dashboard.retellai.com/agents/agent_16ab4d1f0c2e5a7b9d3f",
                     *         "type": "agent",
                     *         "name": "receptionist",
                     *         "plan_id": "7e2a9d10-4b3c-8e66-a0f5-6c9d1b7e3a04",
                     *         "deployed_at": "2026-03-02T09:15:00.000Z"
                     *       }
                     *     ]
                     */
                    "application/json": components["schemas"]["ProviderLink"][];
                };
            };
        };
    };
    getPlan: {
        parameters: {
            query?: never;
            header?: {
                /** @description Follows the request through runs, logs, traces and the audit trail */
                "X-Correlation-Id"?: string;
            };
            path: {
                id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description The plan, secrets redacted */
            200: {
                headers: {
                    /** @description The request's own, or a fresh one */
                    "X-Correlation-Id": string;
                    /** @description Changes when the body does; send it back in If-Match */
                    ETag: string;
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "id": "7e2a9d10-4b3c-8e66-a0f5-6c9d1b7e3a04",
                     *       "templateId": "0b6f0b9a-35b3-8f5a-8d0e-8f4b8f6d3a01",
                     *       "clientId": "5a4d8b6e-2c4e-4f0a-9a55-1d2b7c9e4f02",
                     *       "instanceId": "3c1f7c58-9d4b-8a77-b1c6-0f6a2e8d5b03",
                     *       "targets": [
                     *         "retell"
                     *       ],
                     *       "revision": 1,
                     *       "planHash": "9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08",
                     *       "variables": {
                     *         "companyName": "Bright Smile"
                     *       },
                     *       "changes": [
                     *         {
                     *           "provider": "retell",
                     *           "type": "llm",
                     *           "name": "brain",
                     *           "action": "create"
                     *         },
                     *         {
                     *           "provider": "retell",
                     *           "type": "agent",
                     *           "name": "receptionist",
                     *           "action": "create"
                     *         }
                     *       ],
                     *       "createdBy": "ops@agency.example",
                     *       "createdAt": "2026-03-02T09:15:00.000Z",
                     *       "updatedAt": "2026-03-02T09:15:00.000Z"
                     *     }
                     */
                    "application/json": components["schemas"]["DeploymentPlan"];
                };
            };
        };
    };
    undeployPlan: {
        parameters: {
            query?: never;
            header?: {
                /** @description Follows the request through runs, logs, traces and the audit trail */
                "X-Correlation-Id"?: string;
                /** @description The same answer again for 24 hours */
                "Idempotency-Key"?: string;
                /** @description An ETag: 412 when it has changed since */
                "If-Match"?: string;
            };
            path: {
                id: string;
            };
            cookie?: never;
        };
        requestBody?: {
            content: {
                /**
                 * @example {
                 *       "destroy": false
                 *     }
                 */
                "application/json": {
                    /**
                     * @description Also delete what holds a client's data
                     * @default false
                     */
                    destroy?: boolean;
                };
            };
        };
        responses: {
            /** @description Accepted */
            202: {
                headers: {
                    /** @description The request's own, or a fresh one */
                    "X-Correlation-Id": string;
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "recordId": "c8b5f1d2-7a6e-4d39-8b2c-2e4f6a8c0d05"
                     *     }
                     */
                    "application/json": {
                        /** Format: uuid */
                        recordId: string;
                    };
                };
            };
        };
    };
    getResourcePlan: {
        parameters: {
            query?: never;
            header?: {
                /** @description Follows the request through runs, logs, traces and the audit trail */
                "X-Correlation-Id"?: string;
            };
            path: {
                id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Prompts and documents by stage */
            200: {
                headers: {
                    /** @description The request's own, or a fresh one */
                    "X-Correlation-Id": string;
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "id": "1d9e3f47-5c8b-8b21-9e7a-4a6c8e0f2b06",
                     *       "planId": "7e2a9d10-4b3c-8e66-a0f5-6c9d1b7e3a04",
                     *       "instanceId": "3c1f7c58-9d4b-8a77-b1c6-0f6a2e8d5b03",
                     *       "status": "success",
                     *       "stages": [
                     *         {
                     *           "table": "prompts",
                     *           "status": "success",
                     *           "rows": [
                     *             {
                     *               "key": "greeting",
                     *               "contentHash": "9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08"
                     *             }
                     *           ],
                     *           "written": 1,
                     *           "deleted": 0,
                     *           "writtenAt": "2026-03-02T09:15:00.000Z"
                     *         },
                     *         {
                     *           "table": "documents",
                     *           "status": "success",
                     *           "rows": [],
                     *           "written": 0,
                     *           "deleted": 0,
                     *           "writtenAt": "2026-03-02T09:15:00.000Z"
                     *         }
                     *       ],
                     *       "correlationId": "e1d0c7a2-6f0e-4a55-9f0a-5a1f7d0f7f11",
                     *       "createdAt": "2026-03-02T09:15:00.000Z",
                     *       "updatedAt": "2026-03-02T09:15:00.000Z"
                     *     }
                     */
                    "application/json": components["schemas"]["ResourceInitializationPlan"];
                };
            };
        };
    };
    startPipeline: {
        parameters: {
            query?: never;
            header?: {
                /** @description Follows the request through runs, logs, traces and the audit trail */
                "X-Correlation-Id"?: string;
                /** @description The same answer again for 24 hours */
                "Idempotency-Key"?: string;
            };
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                /**
                 * @example {
                 *       "templateId": "dental-receptionist",
                 *       "client": {
                 *         "name": "Bright Smile"
                 *       },
                 *       "variables": {
                 *         "companyName": "Bright Smile"
                 *       },
                 *       "targets": [
                 *         "retell"
                 *       ]
                 *     }
                 */
                "application/json": {
                    template?: {
                        /** @enum {string} */
                        kind: "retell" | "n8n" | "ghl" | "prompt" | "project" | "service";
                        /** @description Default: the content's own name */
                        name?: string;
                        /** @description Default: the content's own, else the next patch number */
                        version?: string;
                        meta?: {
                            title?: string;
                            description?: string;
                            category?: string;
                            tags?: string[];
                            author?: string;
                            license?: string;
                        } & {
                            [key: string]: unknown;
                        };
                        /** @description An artifact or a raw n8n or Retell export, as JSON or as JSON or YAML text */
                        content?: {
                            [key: string]: unknown;
                        } | string;
                        /** @description A path in the shipped library, or git+https://host/repository.git#path@ref; of a project template, its directory */
                        contentRef?: string;
                        /**
                         * Format: base64
                         * @description A project template's directory as tar, or gzipped tar, in base64; or send it as the body itself
                         */
                        archive?: string;
                        /**
                         * @description Make a new version when the template exists
                         * @default false
                         */
                        force?: boolean;
                    };
                    templateId?: string;
                    client?: {
                        name: string;
                        /** @description Any JSON object */
                        metadata?: {
                            [key: string]: unknown;
                        };
                    };
                    /** Format: uuid */
                    clientId?: string;
                    /**
                     * @description Any JSON object
                     * @default {}
                     */
                    variables?: {
                        [key: string]: unknown;
                    };
                    targets: string[];
                    /** @default [] */
                    kbRefs?: string[];
                    /** @default false */
                    useLlm?: boolean;
                    /**
                     * @description A plan that exists for this template, client and targets takes the new variables
                     * @default true
                     */
                    replace?: boolean;
                };
            };
        };
        responses: {
            /** @description Accepted */
            202: {
                headers: {
                    /** @description The request's own, or a fresh one */
                    "X-Correlation-Id": string;
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "pipelineId": "6d8f0a2c-5e7b-4c9d-8f3a-4c6e8b0d2f10"
                     *     }
                     */
                    "application/json": {
                        /** Format: uuid */
                        pipelineId: string;
                    };
                };
            };
        };
    };
    getPipeline: {
        parameters: {
            query?: never;
            header?: {
                /** @description Follows the request through runs, logs, traces and the audit trail */
                "X-Correlation-Id"?: string;
            };
            path: {
                id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Its stages with status and ids */
            200: {
                headers: {
                    /** @description The request's own, or a fresh one */
                    "X-Correlation-Id": string;
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "id": "6d8f0a2c-5e7b-4c9d-8f3a-4c6e8b0d2f10",
                     *       "status": "running",
                     *       "correlationId": "e1d0c7a2-6f0e-4a55-9f0a-5a1f7d0f7f11",
                     *       "createdBy": "ops@agency.example",
                     *       "createdAt": "2026-03-02T09:15:00.000Z",
                     *       "finishedAt": null,
                     *       "stages": [
                     *         {
                     *           "name": "import",
                     *           "status": "success",
                     *           "ids": {
                     *             "templateId": "0b6f0b9a-35b3-8f5a-8d0e-8f4b8f6d3a01"
                     *           },
                     *           "startedAt": "2026-03-02T09:15:00.000Z",
                     *           "finishedAt": "2026-03-02T09:15:00.000Z"
                     *         },
                     *         {
                     *           "name": "customize",
                     *           "status": "running",
                     *           "startedAt": "2026-03-02T09:15:00.000Z"
                     *         },
                     *         {
                     *           "name": "plan",
                     *           "status": "pending"
                     *         },
                     *         {
                     *           "name": "resources",
                     *           "status": "pending"
                     *         },
                     *         {
                     *           "name": "deploy",
                     *           "status": "pending"
                     *         }
                     *       ]
                     *     }
                     */
                    "application/json": {
                        /** Format: uuid */
                        id: string;
                        /** @enum {string} */
                        status: "running" | "success" | "failed";
                        stages: {
                            /** @enum {string} */
                            name: "import" | "customize" | "plan" | "resources" | "deploy";
                            /** @enum {string} */
                            status: "pending" | "running" | "success" | "failed";
                            ids?: {
                                [key: string]: string;
                            };
                            error?: {
                                code: string;
                                message: string;
                            };
                            /** Format: date-time */
                            startedAt?: string;
                            /** Format: date-time */
                            finishedAt?: string;
                        }[];
                        error?: {
                            code: string;
                            message: string;
                        };
                        correlationId: string;
                        createdBy: string;
                        /** Format: date-time */
                        createdAt: string;
                        finishedAt: string | null;
                    };
                };
            };
        };
    };
    listDeployments: {
        parameters: {
            query?: {
                /** @description Items per page, 1 to 100 */
                limit?: string;
                /** @description `nextCursor` of the page before */
                cursor?: string;
                /** @description By time; newest first by default */
                sort?: "asc" | "desc";
                from?: string;
                to?: string;
                /** @description pending, processing, completed, succeeded and applied are accepted as other words */
                status?: "queued" | "running" | "success" | "failed" | "pending" | "processing" | "completed" | "succeeded" | "applied";
                planId?: string;
                clientId?: string;
                templateId?: string;
                /** @description Deployments with a step at this provider */
                provider?: string;
                correlationId?: string;
                operation?: "deploy" | "undeploy";
                /** @description true: those that wait for an order */
                parked?: "true" | "false";
                /** @description true: those that go on, though a step has failed and is tried again; its error, attempts and nextRetryAt say how */
                failing?: "true" | "false";
            };
            header?: {
                /** @description Follows the request through runs, logs, traces and the audit trail */
                "X-Correlation-Id"?: string;
            };
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description A page of records */
            200: {
                headers: {
                    /** @description The request's own, or a fresh one */
                    "X-Correlation-Id": string;
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "items": [
                     *         {
                     *           "id": "c8b5f1d2-7a6e-4d39-8b2c-2e4f6a8c0d05",
                     *           "planId": "7e2a9d10-4b3c-8e66-a0f5-6c9d1b7e3a04",
                     *           "operation": "deploy",
                     *           "status": "success",
                     *           "request": {
                     *             "planId": "7e2a9d10-4b3c-8e66-a0f5-6c9d1b7e3a04",
                     *             "targets": [
                     *               "retell"
                     *             ],
                     *             "destroy": false
                     *           },
                     *           "providers": [
                     *             {
                     *               "provider": "retell",
                     *               "status": "success",
                     *               "attempts": 1,
                     *               "links": [
                     *                 {
                     *                   "provider": "retell",
                     *                   "external_id": "agent_16ab4d1f0c2e5a7b9d3f",
                     *                   "url": "https://dashboard.retellai.com/agents/agent_16ab4d1f0c2e5a7b9d3f",
                     *                   "type": "agent",
                     *                   "name": "receptionist",
                     *                   "plan_id": "7e2a9d10-4b3c-8e66-a0f5-6c9d1b7e3a04",
                     *                   "deployed_at": "2026-03-02T09:15:00.000Z"
                     *                 }
                     *               ]
                     *             }
                     *           ],
                     *           "workflow": {
                     *             "id": "deploy:7e2a9d10-4b3c-8e66-a0f5-6c9d1b7e3a04"
                     *           },
                     *           "correlationId": "e1d0c7a2-6f0e-4a55-9f0a-5a1f7d0f7f11",
                     *           "requestedBy": "ops@agency.example",
                     *           "createdAt": "2026-03-02T09:15:00.000Z",
                     *           "startedAt": "2026-03-02T09:15:00.000Z",
                     *           "finishedAt": "2026-03-02T09:15:00.000Z",
                     *           "logsRef": "/api/v1/deployments/c8b5f1d2-7a6e-4d39-8b2c-2e4f6a8c0d05/logs"
                     *         }
                     *       ],
                     *       "nextCursor": null
                     *     }
                     */
                    "application/json": {
                        items: components["schemas"]["DeploymentRecord"][];
                        nextCursor: string | null;
                    };
                };
            };
        };
    };
    getDeployment: {
        parameters: {
            query?: never;
            header?: {
                /** @description Follows the request through runs, logs, traces and the audit trail */
                "X-Correlation-Id"?: string;
            };
            path: {
                id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description The record with each provider's step */
            200: {
                headers: {
                    /** @description The request's own, or a fresh one */
                    "X-Correlation-Id": string;
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "id": "c8b5f1d2-7a6e-4d39-8b2c-2e4f6a8c0d05",
                     *       "planId": "7e2a9d10-4b3c-8e66-a0f5-6c9d1b7e3a04",
                     *       "operation": "deploy",
                     *       "status": "success",
                     *       "request": {
                     *         "planId": "7e2a9d10-4b3c-8e66-a0f5-6c9d1b7e3a04",
                     *         "targets": [
                     *           "retell"
                     *         ],
                     *         "destroy": false
                     *       },
                     *       "providers": [
                     *         {
                     *           "provider": "retell",
                     *           "status": "success",
                     *           "attempts": 1,
                     *           "links": [
                     *             {
                     *               "provider": "retell",
                     *               "external_id": "agent_16ab4d1f0c2e5a7b9d3f",
                     *               "url": "https://dashboard.retellai.com/agents/agent_16ab4d1f0c2e5a7b9d3f",
                     *               "type": "agent",
                     *               "name": "receptionist",
                     *               "plan_id": "7e2a9d10-4b3c-8e66-a0f5-6c9d1b7e3a04",
                     *               "deployed_at": "2026-03-02T09:15:00.000Z"
                     *             }
                     *           ]
                     *         }
                     *       ],
                     *       "workflow": {
                     *         "id": "deploy:7e2a9d10-4b3c-8e66-a0f5-6c9d1b7e3a04"
                     *       },
                     *       "correlationId": "e1d0c7a2-6f0e-4a55-9f0a-5a1f7d0f7f11",
                     *       "requestedBy": "ops@agency.example",
                     *       "createdAt": "2026-03-02T09:15:00.000Z",
                     *       "startedAt": "2026-03-02T09:15:00.000Z",
                     *       "finishedAt": "2026-03-02T09:15:00.000Z",
                     *       "logsRef": "/api/v1/deployments/c8b5f1d2-7a6e-4d39-8b2c-2e4f6a8c0d05/logs"
                     *     }
                     */
                    "application/json": components["schemas"]["DeploymentRecord"];
                };
            };
        };
    };
    getDeploymentLogs: {
        parameters: {
            query?: {
                /** @description Items per page, 1 to 100 */
                limit?: string;
                /** @description `nextCursor` of the page before */
                cursor?: string;
                /** @description By time; newest first by default */
                sort?: "asc" | "desc";
                provider?: string;
            };
            header?: {
                /** @description Follows the request through runs, logs, traces and the audit trail */
                "X-Correlation-Id"?: string;
            };
            path: {
                id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description A page of events */
            200: {
                headers: {
                    /** @description The request's own, or a fresh one */
                    "X-Correlation-Id": string;
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "items": [
                     *         {
                     *           "id": 17,
                     *           "at": "2026-03-02T09:15:00.000Z",
                     *           "type": "step.success",
                     *           "provider": "retell",
                     *           "message": "retell: 2 resources are as planned",
                     *           "data": {}
                     *         }
                     *       ],
                     *       "nextCursor": null
                     *     }
                     */
                    "application/json": {
                        items: {
                            id: number;
                            /** Format: date-time */
                            at: string;
                            type: string;
                            provider?: string;
                            message: string;
                            /** @description Any JSON object */
                            data: {
                                [key: string]: unknown;
                            };
                        }[];
                        nextCursor: string | null;
                    };
                };
            };
        };
    };
    streamDeploymentEvents: {
        parameters: {
            query?: never;
            header?: {
                /** @description Follows the request through runs, logs, traces and the audit trail */
                "X-Correlation-Id"?: string;
                /** @description The last event seen: the stream goes on after it */
                "Last-Event-ID"?: string;
            };
            path: {
                id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description The stream */
            200: {
                headers: {
                    /** @description The request's own, or a fresh one */
                    "X-Correlation-Id": string;
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example retry: 2000
                     *
                     *     id: 17
                     *     event: step.success
                     *     data: {"id":17,"at":"2026-03-02T09:15:00.000Z","type":"step.success","provider":"retell","message":"retell: 2 resources are as planned","data":{}}
                     *
                     *     event: end
                     *     data: {"status":"success"}
                     */
                    "text/event-stream": string;
                };
            };
        };
    };
    retryDeployment: {
        parameters: {
            query?: never;
            header?: {
                /** @description Follows the request through runs, logs, traces and the audit trail */
                "X-Correlation-Id"?: string;
                /** @description The same answer again for 24 hours */
                "Idempotency-Key"?: string;
            };
            path: {
                id: string;
            };
            cookie?: never;
        };
        requestBody?: {
            content: {
                /**
                 * @example {
                 *       "provider": "ghl"
                 *     }
                 */
                "application/json": {
                    provider?: string;
                    /** @description Corrected variables; no secrets */
                    input?: {
                        [key: string]: unknown;
                    };
                };
            };
        };
        responses: {
            /** @description The run took the order */
            202: {
                headers: {
                    /** @description The request's own, or a fresh one */
                    "X-Correlation-Id": string;
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "recordId": "c8b5f1d2-7a6e-4d39-8b2c-2e4f6a8c0d05"
                     *     }
                     */
                    "application/json": {
                        /** Format: uuid */
                        recordId: string;
                    };
                };
            };
        };
    };
    skipDeployment: {
        parameters: {
            query?: never;
            header?: {
                /** @description Follows the request through runs, logs, traces and the audit trail */
                "X-Correlation-Id"?: string;
                /** @description The same answer again for 24 hours */
                "Idempotency-Key"?: string;
            };
            path: {
                id: string;
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                /**
                 * @example {
                 *       "provider": "ghl",
                 *       "reason": "The client cancelled the CRM"
                 *     }
                 */
                "application/json": {
                    provider: string;
                    reason: string;
                };
            };
        };
        responses: {
            /** @description The run took the order */
            202: {
                headers: {
                    /** @description The request's own, or a fresh one */
                    "X-Correlation-Id": string;
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "recordId": "c8b5f1d2-7a6e-4d39-8b2c-2e4f6a8c0d05"
                     *     }
                     */
                    "application/json": {
                        /** Format: uuid */
                        recordId: string;
                    };
                };
            };
        };
    };
    resolveDeployment: {
        parameters: {
            query?: never;
            header?: {
                /** @description Follows the request through runs, logs, traces and the audit trail */
                "X-Correlation-Id"?: string;
                /** @description The same answer again for 24 hours */
                "Idempotency-Key"?: string;
            };
            path: {
                id: string;
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                /**
                 * @example {
                 *       "provider": "ghl",
                 *       "links": [
                 *         {
                 *           "name": "leadSource",
                 *           "external_id": "cf_81",
                 *           "url": "https://app.gohighlevel.com/"
                 *         }
                 *       ],
                 *       "reason": "Made in the vendor's console"
                 *     }
                 */
                "application/json": {
                    provider: string;
                    links: {
                        name: string;
                        external_id: string;
                        /** Format: uri */
                        url?: string;
                    }[];
                    reason: string;
                };
            };
        };
        responses: {
            /** @description The run took the order */
            202: {
                headers: {
                    /** @description The request's own, or a fresh one */
                    "X-Correlation-Id": string;
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "recordId": "c8b5f1d2-7a6e-4d39-8b2c-2e4f6a8c0d05"
                     *     }
                     */
                    "application/json": {
                        /** Format: uuid */
                        recordId: string;
                    };
                };
            };
        };
    };
    cancelDeployment: {
        parameters: {
            query?: never;
            header?: {
                /** @description Follows the request through runs, logs, traces and the audit trail */
                "X-Correlation-Id"?: string;
                /** @description The same answer again for 24 hours */
                "Idempotency-Key"?: string;
            };
            path: {
                id: string;
            };
            cookie?: never;
        };
        requestBody?: {
            content: {
                /**
                 * @example {
                 *       "reason": "Wrong client"
                 *     }
                 */
                "application/json": {
                    reason?: string;
                };
            };
        };
        responses: {
            /** @description The run took the order */
            202: {
                headers: {
                    /** @description The request's own, or a fresh one */
                    "X-Correlation-Id": string;
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "recordId": "c8b5f1d2-7a6e-4d39-8b2c-2e4f6a8c0d05"
                     *     }
                     */
                    "application/json": {
                        /** Format: uuid */
                        recordId: string;
                    };
                };
            };
        };
    };
    listDeadLetters: {
        parameters: {
            query?: {
                /** @description Items per page, 1 to 100 */
                limit?: string;
                /** @description `nextCursor` of the page before */
                cursor?: string;
                /** @description By time; newest first by default */
                sort?: "asc" | "desc";
                status?: "parked" | "retried" | "skipped" | "resolved" | "cancelled" | "superseded" | "expired" | "all";
                provider?: string;
                fingerprint?: string;
                code?: string;
                planId?: string;
            };
            header?: {
                /** @description Follows the request through runs, logs, traces and the audit trail */
                "X-Correlation-Id"?: string;
            };
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description A page of dead letters, and all groups */
            200: {
                headers: {
                    /** @description The request's own, or a fresh one */
                    "X-Correlation-Id": string;
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "items": [
                     *         {
                     *           "id": "4b6d8f0a-3c5e-4a7b-9d1f-2a4c6e8b0d09",
                     *           "recordId": "c8b5f1d2-7a6e-4d39-8b2c-2e4f6a8c0d05",
                     *           "planId": "7e2a9d10-4b3c-8e66-a0f5-6c9d1b7e3a04",
                     *           "provider": "ghl",
                     *           "code": "502.provider_error_ghl",
                     *           "message": "GoHighLevel answered 500",
                     *           "fingerprint": "5e0c1c6f",
                     *           "attempts": 6,
                     *           "status": "parked",
                     *           "createdAt": "2026-03-02T09:15:00.000Z",
                     *           "decidedAt": null
                     *         }
                     *       ],
                     *       "nextCursor": null,
                     *       "groups": [
                     *         {
                     *           "provider": "ghl",
                     *           "fingerprint": "5e0c1c6f",
                     *           "code": "502.provider_error_ghl",
                     *           "message": "GoHighLevel answered 500",
                     *           "count": 1,
                     *           "latestAt": "2026-03-02T09:15:00.000Z"
                     *         }
                     *       ]
                     *     }
                     */
                    "application/json": {
                        items: {
                            /** Format: uuid */
                            id: string;
                            /** Format: uuid */
                            recordId: string;
                            /** Format: uuid */
                            planId: string;
                            provider: string;
                            code: string;
                            message: string;
                            fingerprint: string;
                            attempts: number;
                            /** @enum {string} */
                            status: "parked" | "retried" | "skipped" | "resolved" | "cancelled" | "superseded" | "expired";
                            decidedBy?: string;
                            reason?: string;
                            /** Format: date-time */
                            createdAt: string;
                            decidedAt: string | null;
                        }[];
                        nextCursor: string | null;
                        groups: {
                            provider: string;
                            fingerprint: string;
                            code: string;
                            message: string;
                            count: number;
                            /** Format: date-time */
                            latestAt: string;
                        }[];
                    };
                };
            };
        };
    };
    retryDeadLetters: {
        parameters: {
            query?: never;
            header?: {
                /** @description Follows the request through runs, logs, traces and the audit trail */
                "X-Correlation-Id"?: string;
                /** @description The same answer again for 24 hours */
                "Idempotency-Key"?: string;
            };
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                /**
                 * @example {
                 *       "filter": {
                 *         "provider": "ghl"
                 *       }
                 *     }
                 */
                "application/json": {
                    filter: {
                        provider?: string;
                        fingerprint?: string;
                        code?: string;
                        /** Format: uuid */
                        planId?: string;
                    };
                };
            };
        };
        responses: {
            /** @description Which runs took the order */
            200: {
                headers: {
                    /** @description The request's own, or a fresh one */
                    "X-Correlation-Id": string;
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "retried": [
                     *         "4b6d8f0a-3c5e-4a7b-9d1f-2a4c6e8b0d09"
                     *       ],
                     *       "refused": [
                     *         {
                     *           "id": "8f0a2c4e-7b9d-4e1f-a5c7-6e8b0d2f4a11",
                     *           "code": "409.not_parked",
                     *           "message": "Decided meanwhile"
                     *         }
                     *       ]
                     *     }
                     */
                    "application/json": {
                        retried: string[];
                        refused: {
                            /** Format: uuid */
                            id: string;
                            code: string;
                            message: string;
                        }[];
                    };
                };
            };
        };
    };
    validateQuality: {
        parameters: {
            query?: never;
            header?: {
                /** @description Follows the request through runs, logs, traces and the audit trail */
                "X-Correlation-Id"?: string;
                /** @description The same answer again for 24 hours */
                "Idempotency-Key"?: string;
            };
            path?: never;
            cookie?: never;
        };
        requestBody?: {
            content: {
                /**
                 * @example {
                 *       "templateId": "0b6f0b9a-35b3-8f5a-8d0e-8f4b8f6d3a01"
                 *     }
                 */
                "application/json": {
                    /** @description The id or the name */
                    templateId: string;
                    version?: string;
                } | {
                    [key: string]: unknown;
                };
            };
        };
        responses: {
            /** @description What is wrong with it, if anything */
            200: {
                headers: {
                    /** @description The request's own, or a fresh one */
                    "X-Correlation-Id": string;
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "template_id": "0b6f0b9a-35b3-8f5a-8d0e-8f4b8f6d3a01",
                     *       "version": "1.2.0",
                     *       "quality_score": 85,
                     *       "minimum": 70,
                     *       "passed": true,
                     *       "rules": [],
                     *       "checks": {
                     *         "documentation": "pass",
                     *         "examples": "pass",
                     *         "metadata": "pass",
                     *         "structure": "pass",
                     *         "dependencies": "warning"
                     *       },
                     *       "points": {
                     *         "documentation": {
                     *           "points": 30,
                     *           "of": 30
                     *         },
                     *         "examples": {
                     *           "points": 20,
                     *           "of": 20
                     *         },
                     *         "metadata": {
                     *           "points": 20,
                     *           "of": 20
                     *         },
                     *         "structure": {
                     *           "points": 15,
                     *           "of": 15
                     *         },
                     *         "dependencies": {
                     *           "points": 0,
                     *           "of": 15
                     *         }
                     *       },
                     *       "recommendations": [
                     *         "Make a resource of the credentials that these nodes take from another n8n: intake: \"Mail\""
                     *       ],
                     *       "valid": true,
                     *       "errors": []
                     *     }
                     */
                    "application/json": {
                        quality_score?: number;
                        checks?: {
                            /** @enum {string} */
                            documentation: "pass" | "warning" | "fail";
                            /** @enum {string} */
                            examples: "pass" | "warning" | "fail";
                            /** @enum {string} */
                            metadata: "pass" | "warning" | "fail";
                            /** @enum {string} */
                            structure: "pass" | "warning" | "fail";
                            /** @enum {string} */
                            dependencies: "pass" | "warning" | "fail";
                        };
                        points?: {
                            documentation: {
                                points: number;
                                of: number;
                            };
                            examples: {
                                points: number;
                                of: number;
                            };
                            metadata: {
                                points: number;
                                of: number;
                            };
                            structure: {
                                points: number;
                                of: number;
                            };
                            dependencies: {
                                points: number;
                                of: number;
                            };
                        };
                        /** @description The tenant's own rules */
                        rules?: {
                            name: string;
                            /** @enum {string} */
                            status: "pass" | "warning" | "fail";
                            message?: string;
                        }[];
                        /** @description What is missing, and where */
                        recommendations?: string[];
                        minimum?: number;
                        passed?: boolean;
                        template_id: string;
                        version?: string;
                        /** @description It can be imported, and it passes */
                        valid: boolean;
                        /** @description What keeps it from being imported */
                        errors: {
                            pointer: string;
                            message: string;
                        }[];
                    };
                };
            };
        };
    };
    scoreQuality: {
        parameters: {
            query?: never;
            header?: {
                /** @description Follows the request through runs, logs, traces and the audit trail */
                "X-Correlation-Id"?: string;
                /** @description The same answer again for 24 hours */
                "Idempotency-Key"?: string;
            };
            path?: never;
            cookie?: never;
        };
        requestBody?: {
            content: {
                /**
                 * @example {
                 *       "templateId": "0b6f0b9a-35b3-8f5a-8d0e-8f4b8f6d3a01"
                 *     }
                 */
                "application/json": {
                    /** @description The id or the name */
                    templateId: string;
                    version?: string;
                } | {
                    [key: string]: unknown;
                };
            };
        };
        responses: {
            /** @description The score with each check */
            200: {
                headers: {
                    /** @description The request's own, or a fresh one */
                    "X-Correlation-Id": string;
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "template_id": "0b6f0b9a-35b3-8f5a-8d0e-8f4b8f6d3a01",
                     *       "version": "1.2.0",
                     *       "quality_score": 85,
                     *       "minimum": 70,
                     *       "passed": true,
                     *       "rules": [],
                     *       "checks": {
                     *         "documentation": "pass",
                     *         "examples": "pass",
                     *         "metadata": "pass",
                     *         "structure": "pass",
                     *         "dependencies": "warning"
                     *       },
                     *       "points": {
                     *         "documentation": {
                     *           "points": 30,
                     *           "of": 30
                     *         },
                     *         "examples": {
                     *           "points": 20,
                     *           "of": 20
                     *         },
                     *         "metadata": {
                     *           "points": 20,
                     *           "of": 20
                     *         },
                     *         "structure": {
                     *           "points": 15,
                     *           "of": 15
                     *         },
                     *         "dependencies": {
                     *           "points": 0,
                     *           "of": 15
                     *         }
                     *       },
                     *       "recommendations": [
                     *         "Make a resource of the credentials that these nodes take from another n8n: intake: \"Mail\""
                     *       ]
                     *     }
                     */
                    "application/json": {
                        quality_score: number;
                        checks: {
                            /** @enum {string} */
                            documentation: "pass" | "warning" | "fail";
                            /** @enum {string} */
                            examples: "pass" | "warning" | "fail";
                            /** @enum {string} */
                            metadata: "pass" | "warning" | "fail";
                            /** @enum {string} */
                            structure: "pass" | "warning" | "fail";
                            /** @enum {string} */
                            dependencies: "pass" | "warning" | "fail";
                        };
                        points: {
                            documentation: {
                                points: number;
                                of: number;
                            };
                            examples: {
                                points: number;
                                of: number;
                            };
                            metadata: {
                                points: number;
                                of: number;
                            };
                            structure: {
                                points: number;
                                of: number;
                            };
                            dependencies: {
                                points: number;
                                of: number;
                            };
                        };
                        /** @description The tenant's own rules */
                        rules: {
                            name: string;
                            /** @enum {string} */
                            status: "pass" | "warning" | "fail";
                            message?: string;
                        }[];
                        /** @description What is missing, and where */
                        recommendations: string[];
                        minimum: number;
                        passed: boolean;
                        /** @description The id of a stored template, or the name of one that was sent */
                        template_id: string;
                        version?: string;
                    };
                };
            };
        };
    };
    reportQuality: {
        parameters: {
            query?: {
                kind?: "retell" | "n8n" | "ghl" | "prompt" | "project" | "service";
                category?: string;
                templateId?: string;
            };
            header?: {
                /** @description Follows the request through runs, logs, traces and the audit trail */
                "X-Correlation-Id"?: string;
            };
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description How many are how good, the worst, and how those that changed last have developed */
            200: {
                headers: {
                    /** @description The request's own, or a fresh one */
                    "X-Correlation-Id": string;
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "total": 1,
                     *       "scored": 1,
                     *       "average": 85,
                     *       "passing": 1,
                     *       "minimum": 70,
                     *       "distribution": [
                     *         {
                     *           "from": 0,
                     *           "to": 49,
                     *           "count": 0
                     *         },
                     *         {
                     *           "from": 50,
                     *           "to": 69,
                     *           "count": 0
                     *         },
                     *         {
                     *           "from": 70,
                     *           "to": 84,
                     *           "count": 0
                     *         },
                     *         {
                     *           "from": 85,
                     *           "to": 100,
                     *           "count": 1
                     *         }
                     *       ],
                     *       "worst": [
                     *         {
                     *           "templateId": "0b6f0b9a-35b3-8f5a-8d0e-8f4b8f6d3a01",
                     *           "name": "dental-receptionist",
                     *           "kind": "retell",
                     *           "version": "1.2.0",
                     *           "quality_score": 85,
                     *           "recommendations": [
                     *             "Make a resource of the credentials that these nodes take from another n8n: intake: \"Mail\""
                     *           ]
                     *         }
                     *       ],
                     *       "trend": [
                     *         {
                     *           "templateId": "0b6f0b9a-35b3-8f5a-8d0e-8f4b8f6d3a01",
                     *           "name": "dental-receptionist",
                     *           "versions": [
                     *             {
                     *               "version": "1.1.0",
                     *               "quality_score": 70,
                     *               "createdAt": "2026-03-02T09:15:00.000Z"
                     *             },
                     *             {
                     *               "version": "1.2.0",
                     *               "quality_score": 85,
                     *               "createdAt": "2026-03-02T09:15:00.000Z"
                     *             }
                     *           ]
                     *         }
                     *       ]
                     *     }
                     */
                    "application/json": {
                        total: number;
                        scored: number;
                        average: number | null;
                        passing: number;
                        minimum: number;
                        distribution: {
                            from: number;
                            to: number;
                            count: number;
                        }[];
                        worst: {
                            /** Format: uuid */
                            templateId: string;
                            name: string;
                            /** @enum {string} */
                            kind: "retell" | "n8n" | "ghl" | "prompt" | "project" | "service";
                            version: string;
                            quality_score: number;
                            recommendations: string[];
                        }[];
                        trend: {
                            /** Format: uuid */
                            templateId: string;
                            name: string;
                            versions: {
                                version: string;
                                quality_score: number;
                                /** Format: date-time */
                                createdAt: string;
                            }[];
                        }[];
                    };
                };
            };
        };
    };
    getQualityPolicy: {
        parameters: {
            query?: never;
            header?: {
                /** @description Follows the request through runs, logs, traces and the audit trail */
                "X-Correlation-Id"?: string;
            };
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description The policy */
            200: {
                headers: {
                    /** @description The request's own, or a fresh one */
                    "X-Correlation-Id": string;
                    /** @description Changes when the body does; send it back in If-Match */
                    ETag: string;
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "minimum": 70,
                     *       "gated": [
                     *         "project"
                     *       ],
                     *       "rules": [
                     *         {
                     *           "name": "licence",
                     *           "severity": "fail",
                     *           "message": "Choose a licence",
                     *           "condition": "artifact.meta.license != nil"
                     *         }
                     *       ]
                     *     }
                     */
                    "application/json": {
                        /** @description The least score that passes */
                        minimum: number;
                        /** @description Kinds of which a version that does not pass stays a draft */
                        gated: ("retell" | "n8n" | "ghl" | "prompt" | "project" | "service")[];
                        rules: {
                            name: string;
                            /** @description Default: all */
                            kinds?: ("retell" | "n8n" | "ghl" | "prompt" | "project" | "service")[];
                            /**
                             * @description fail: a template that breaks it does not pass, whatever its score
                             * @default fail
                             * @enum {string}
                             */
                            severity: "warning" | "fail";
                            /** @description What to do about it */
                            message: string;
                            /** @description Any JSON object */
                            schema?: {
                                [key: string]: unknown;
                            };
                            /** @description A Liquid condition over `artifact`, such as `artifact.meta.license == 'MIT'` */
                            condition?: string;
                        }[];
                    };
                };
            };
        };
    };
    putQualityPolicy: {
        parameters: {
            query?: never;
            header?: {
                /** @description Follows the request through runs, logs, traces and the audit trail */
                "X-Correlation-Id"?: string;
                /** @description An ETag: 412 when it has changed since */
                "If-Match"?: string;
            };
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                /**
                 * @example {
                 *       "minimum": 70,
                 *       "gated": [
                 *         "project"
                 *       ],
                 *       "rules": [
                 *         {
                 *           "name": "licence",
                 *           "severity": "fail",
                 *           "message": "Choose a licence",
                 *           "condition": "artifact.meta.license != nil"
                 *         }
                 *       ]
                 *     }
                 */
                "application/json": {
                    /** @description The least score that passes */
                    minimum: number;
                    /** @description Kinds of which a version that does not pass stays a draft */
                    gated: ("retell" | "n8n" | "ghl" | "prompt" | "project" | "service")[];
                    rules: {
                        name: string;
                        /** @description Default: all */
                        kinds?: ("retell" | "n8n" | "ghl" | "prompt" | "project" | "service")[];
                        /**
                         * @description fail: a template that breaks it does not pass, whatever its score
                         * @default fail
                         * @enum {string}
                         */
                        severity?: "warning" | "fail";
                        /** @description What to do about it */
                        message: string;
                        /** @description Any JSON object */
                        schema?: {
                            [key: string]: unknown;
                        };
                        /** @description A Liquid condition over `artifact`, such as `artifact.meta.license == 'MIT'` */
                        condition?: string;
                    }[];
                };
            };
        };
        responses: {
            /** @description The policy */
            200: {
                headers: {
                    /** @description The request's own, or a fresh one */
                    "X-Correlation-Id": string;
                    /** @description Changes when the body does; send it back in If-Match */
                    ETag: string;
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "minimum": 70,
                     *       "gated": [
                     *         "project"
                     *       ],
                     *       "rules": [
                     *         {
                     *           "name": "licence",
                     *           "severity": "fail",
                     *           "message": "Choose a licence",
                     *           "condition": "artifact.meta.license != nil"
                     *         }
                     *       ]
                     *     }
                     */
                    "application/json": {
                        /** @description The least score that passes */
                        minimum: number;
                        /** @description Kinds of which a version that does not pass stays a draft */
                        gated: ("retell" | "n8n" | "ghl" | "prompt" | "project" | "service")[];
                        rules: {
                            name: string;
                            /** @description Default: all */
                            kinds?: ("retell" | "n8n" | "ghl" | "prompt" | "project" | "service")[];
                            /**
                             * @description fail: a template that breaks it does not pass, whatever its score
                             * @default fail
                             * @enum {string}
                             */
                            severity: "warning" | "fail";
                            /** @description What to do about it */
                            message: string;
                            /** @description Any JSON object */
                            schema?: {
                                [key: string]: unknown;
                            };
                            /** @description A Liquid condition over `artifact`, such as `artifact.meta.license == 'MIT'` */
                            condition?: string;
                        }[];
                    };
                };
            };
        };
    };
    listWorkflows: {
        parameters: {
            query?: {
                /** @description Items per page, 1 to 100 */
                limit?: string;
                /** @description `nextCursor` of the page before */
                cursor?: string;
                /** @description By time; newest first by default */
                sort?: "asc" | "desc";
                name?: string;
            };
            header?: {
                /** @description Follows the request through runs, logs, traces and the audit trail */
                "X-Correlation-Id"?: string;
            };
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description A page of workflows */
            200: {
                headers: {
                    /** @description The request's own, or a fresh one */
                    "X-Correlation-Id": string;
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "items": [
                     *         {
                     *           "id": "a1c3e5f7-9b0d-4f2a-8c6e-1b3d5f7a9c12",
                     *           "name": "onboard-client",
                     *           "version": 1,
                     *           "description": null,
                     *           "createdBy": "ops@agency.example",
                     *           "createdAt": "2026-03-02T09:15:00.000Z",
                     *           "updatedAt": "2026-03-02T09:15:00.000Z"
                     *         }
                     *       ],
                     *       "nextCursor": null
                     *     }
                     */
                    "application/json": {
                        items: {
                            /** Format: uuid */
                            id: string;
                            name: string;
                            version: number;
                            description: string | null;
                            createdBy: string;
                            /** Format: date-time */
                            createdAt: string;
                            /** Format: date-time */
                            updatedAt: string;
                        }[];
                        nextCursor: string | null;
                    };
                };
            };
        };
    };
    putWorkflow: {
        parameters: {
            query?: never;
            header?: {
                /** @description Follows the request through runs, logs, traces and the audit trail */
                "X-Correlation-Id"?: string;
                /** @description The same answer again for 24 hours */
                "Idempotency-Key"?: string;
            };
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                /**
                 * @example {
                 *       "definition": {
                 *         "name": "onboard-client",
                 *         "inputs": {
                 *           "type": "object",
                 *           "required": [
                 *             "clientId",
                 *             "company"
                 *           ],
                 *           "properties": {
                 *             "clientId": {
                 *               "type": "string"
                 *             },
                 *             "company": {
                 *               "type": "string"
                 *             }
                 *           }
                 *         },
                 *         "steps": [
                 *           {
                 *             "id": "customize",
                 *             "uses": "templates.customize",
                 *             "with": {
                 *               "template": "dental-receptionist",
                 *               "variables": {
                 *                 "companyName": "${{ inputs.company }}"
                 *               }
                 *             },
                 *             "needs": [],
                 *             "concurrency": 5,
                 *             "onFailure": "stop"
                 *           },
                 *           {
                 *             "id": "plan",
                 *             "uses": "templates.plan",
                 *             "needs": [
                 *               "customize"
                 *             ],
                 *             "with": {
                 *               "template": "dental-receptionist",
                 *               "clientId": "${{ inputs.clientId }}",
                 *               "targets": [
                 *                 "retell"
                 *               ],
                 *               "instanceId": "${{ steps.customize.output.instanceId }}"
                 *             },
                 *             "concurrency": 5,
                 *             "onFailure": "stop"
                 *           },
                 *           {
                 *             "id": "deploy",
                 *             "uses": "deployments.deploy",
                 *             "needs": [
                 *               "plan"
                 *             ],
                 *             "with": {
                 *               "planId": "${{ steps.plan.output.planId }}"
                 *             },
                 *             "concurrency": 5,
                 *             "onFailure": "stop"
                 *           }
                 *         ]
                 *       }
                 *     }
                 */
                "application/json": {
                    /** @description As JSON, or as JSON or YAML text */
                    definition: string | {
                        [key: string]: unknown;
                    };
                };
            };
        };
        responses: {
            /** @description It says so already */
            200: {
                headers: {
                    /** @description The request's own, or a fresh one */
                    "X-Correlation-Id": string;
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "id": "a1c3e5f7-9b0d-4f2a-8c6e-1b3d5f7a9c12",
                     *       "name": "onboard-client",
                     *       "version": 1,
                     *       "description": null,
                     *       "createdBy": "ops@agency.example",
                     *       "createdAt": "2026-03-02T09:15:00.000Z",
                     *       "updatedAt": "2026-03-02T09:15:00.000Z",
                     *       "definition": {
                     *         "name": "onboard-client",
                     *         "inputs": {
                     *           "type": "object",
                     *           "required": [
                     *             "clientId",
                     *             "company"
                     *           ],
                     *           "properties": {
                     *             "clientId": {
                     *               "type": "string"
                     *             },
                     *             "company": {
                     *               "type": "string"
                     *             }
                     *           }
                     *         },
                     *         "steps": [
                     *           {
                     *             "id": "customize",
                     *             "uses": "templates.customize",
                     *             "with": {
                     *               "template": "dental-receptionist",
                     *               "variables": {
                     *                 "companyName": "${{ inputs.company }}"
                     *               }
                     *             },
                     *             "needs": [],
                     *             "concurrency": 5,
                     *             "onFailure": "stop"
                     *           },
                     *           {
                     *             "id": "plan",
                     *             "uses": "templates.plan",
                     *             "needs": [
                     *               "customize"
                     *             ],
                     *             "with": {
                     *               "template": "dental-receptionist",
                     *               "clientId": "${{ inputs.clientId }}",
                     *               "targets": [
                     *                 "retell"
                     *               ],
                     *               "instanceId": "${{ steps.customize.output.instanceId }}"
                     *             },
                     *             "concurrency": 5,
                     *             "onFailure": "stop"
                     *           },
                     *           {
                     *             "id": "deploy",
                     *             "uses": "deployments.deploy",
                     *             "needs": [
                     *               "plan"
                     *             ],
                     *             "with": {
                     *               "planId": "${{ steps.plan.output.planId }}"
                     *             },
                     *             "concurrency": 5,
                     *             "onFailure": "stop"
                     *           }
                     *         ]
                     *       }
                     *     }
                     */
                    "application/json": {
                        /** Format: uuid */
                        id: string;
                        name: string;
                        version: number;
                        description: string | null;
                        createdBy: string;
                        /** Format: date-time */
                        createdAt: string;
                        /** Format: date-time */
                        updatedAt: string;
                        definition: components["schemas"]["WorkflowDefinition"];
                    };
                };
            };
            /** @description Made, or its next version */
            201: {
                headers: {
                    /** @description The request's own, or a fresh one */
                    "X-Correlation-Id": string;
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "id": "a1c3e5f7-9b0d-4f2a-8c6e-1b3d5f7a9c12",
                     *       "name": "onboard-client",
                     *       "version": 1,
                     *       "description": null,
                     *       "createdBy": "ops@agency.example",
                     *       "createdAt": "2026-03-02T09:15:00.000Z",
                     *       "updatedAt": "2026-03-02T09:15:00.000Z",
                     *       "definition": {
                     *         "name": "onboard-client",
                     *         "inputs": {
                     *           "type": "object",
                     *           "required": [
                     *             "clientId",
                     *             "company"
                     *           ],
                     *           "properties": {
                     *             "clientId": {
                     *               "type": "string"
                     *             },
                     *             "company": {
                     *               "type": "string"
                     *             }
                     *           }
                     *         },
                     *         "steps": [
                     *           {
                     *             "id": "customize",
                     *             "uses": "templates.customize",
                     *             "with": {
                     *               "template": "dental-receptionist",
                     *               "variables": {
                     *                 "companyName": "${{ inputs.company }}"
                     *               }
                     *             },
                     *             "needs": [],
                     *             "concurrency": 5,
                     *             "onFailure": "stop"
                     *           },
                     *           {
                     *             "id": "plan",
                     *             "uses": "templates.plan",
                     *             "needs": [
                     *               "customize"
                     *             ],
                     *             "with": {
                     *               "template": "dental-receptionist",
                     *               "clientId": "${{ inputs.clientId }}",
                     *               "targets": [
                     *                 "retell"
                     *               ],
                     *               "instanceId": "${{ steps.customize.output.instanceId }}"
                     *             },
                     *             "concurrency": 5,
                     *             "onFailure": "stop"
                     *           },
                     *           {
                     *             "id": "deploy",
                     *             "uses": "deployments.deploy",
                     *             "needs": [
                     *               "plan"
                     *             ],
                     *             "with": {
                     *               "planId": "${{ steps.plan.output.planId }}"
                     *             },
                     *             "concurrency": 5,
                     *             "onFailure": "stop"
                     *           }
                     *         ]
                     *       }
                     *     }
                     */
                    "application/json": {
                        /** Format: uuid */
                        id: string;
                        name: string;
                        version: number;
                        description: string | null;
                        createdBy: string;
                        /** Format: date-time */
                        createdAt: string;
                        /** Format: date-time */
                        updatedAt: string;
                        definition: components["schemas"]["WorkflowDefinition"];
                    };
                };
            };
        };
    };
    listWorkflowActions: {
        parameters: {
            query?: never;
            header?: {
                /** @description Follows the request through runs, logs, traces and the audit trail */
                "X-Correlation-Id"?: string;
            };
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description The actions */
            200: {
                headers: {
                    /** @description The request's own, or a fresh one */
                    "X-Correlation-Id": string;
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "items": [
                     *         {
                     *           "name": "sleep",
                     *           "summary": "Waits",
                     *           "rights": [],
                     *           "retries": false,
                     *           "input": {
                     *             "$schema": "https://json-schema.org/draft/2020-12/schema",
                     *             "type": "object",
                     *             "properties": {
                     *               "seconds": {
                     *                 "type": "number",
                     *                 "minimum": 0,
                     *                 "maximum": 2592000
                     *               }
                     *             },
                     *             "required": [
                     *               "seconds"
                     *             ],
                     *             "additionalProperties": false
                     *           },
                     *           "output": {
                     *             "$schema": "https://json-schema.org/draft/2020-12/schema",
                     *             "type": "object",
                     *             "properties": {},
                     *             "additionalProperties": false
                     *           }
                     *         }
                     *       ]
                     *     }
                     */
                    "application/json": {
                        items: {
                            name: string;
                            summary: string;
                            /** @description What whoever runs it must hold */
                            rights: string[];
                            /** @description Whether `retry` is for it */
                            retries: boolean;
                            /** @description JSON Schema */
                            input: {
                                [key: string]: unknown;
                            };
                            /** @description JSON Schema */
                            output: {
                                [key: string]: unknown;
                            };
                        }[];
                    };
                };
            };
        };
    };
    getWorkflowRun: {
        parameters: {
            query?: never;
            header?: {
                /** @description Follows the request through runs, logs, traces and the audit trail */
                "X-Correlation-Id"?: string;
            };
            path: {
                id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description The run with each step */
            200: {
                headers: {
                    /** @description The request's own, or a fresh one */
                    "X-Correlation-Id": string;
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "id": "b2d4f6a8-0c1e-4a3b-9d7f-2c4e6a8b0d13",
                     *       "workflowId": "a1c3e5f7-9b0d-4f2a-8c6e-1b3d5f7a9c12",
                     *       "version": 1,
                     *       "status": "running",
                     *       "rerunOf": null,
                     *       "correlationId": "e1d0c7a2-6f0e-4a55-9f0a-5a1f7d0f7f11",
                     *       "createdBy": "ops@agency.example",
                     *       "createdAt": "2026-03-02T09:15:00.000Z",
                     *       "finishedAt": null,
                     *       "input": {
                     *         "clientId": "5a4d8b6e-2c4e-4f0a-9a55-1d2b7c9e4f02",
                     *         "company": "Bright Smile"
                     *       },
                     *       "steps": [
                     *         {
                     *           "id": "customize",
                     *           "uses": "templates.customize",
                     *           "status": "success",
                     *           "output": {
                     *             "instanceId": "3c1f7c58-9d4b-8a77-b1c6-0f6a2e8d5b03",
                     *             "templateId": "0b6f0b9a-35b3-8f5a-8d0e-8f4b8f6d3a01",
                     *             "version": "1.2.0"
                     *           },
                     *           "startedAt": "2026-03-02T09:15:00.000Z",
                     *           "finishedAt": "2026-03-02T09:15:00.000Z"
                     *         },
                     *         {
                     *           "id": "plan",
                     *           "uses": "templates.plan",
                     *           "status": "running",
                     *           "startedAt": "2026-03-02T09:15:00.000Z",
                     *           "finishedAt": null
                     *         },
                     *         {
                     *           "id": "deploy",
                     *           "uses": "deployments.deploy",
                     *           "status": "pending",
                     *           "startedAt": null,
                     *           "finishedAt": null
                     *         }
                     *       ]
                     *     }
                     */
                    "application/json": {
                        /** Format: uuid */
                        id: string;
                        /** Format: uuid */
                        workflowId: string;
                        version: number;
                        /** @enum {string} */
                        status: "running" | "success" | "failed";
                        error?: {
                            code: string;
                            message: string;
                        };
                        rerunOf: string | null;
                        correlationId: string;
                        createdBy: string;
                        /** Format: date-time */
                        createdAt: string;
                        finishedAt: string | null;
                        /** @description Any JSON object */
                        input: {
                            [key: string]: unknown;
                        };
                        steps: {
                            id: string;
                            uses: string;
                            /** @enum {string} */
                            status: "pending" | "running" | "waiting" | "success" | "failed" | "skipped" | "cancelled";
                            /** @description It succeeded in the run that this one repeats */
                            kept?: boolean;
                            items?: {
                                total: number;
                                success: number;
                                failed: number;
                                /** @description Those that wait for a decision; at most 100 */
                                waiting: number[];
                            };
                            /** @description Any JSON value */
                            output?: unknown;
                            error?: {
                                code: string;
                                message: string;
                            };
                            startedAt: string | null;
                            finishedAt: string | null;
                        }[];
                    };
                };
            };
        };
    };
    streamWorkflowRun: {
        parameters: {
            query?: never;
            header?: {
                /** @description Follows the request through runs, logs, traces and the audit trail */
                "X-Correlation-Id"?: string;
                /** @description The last event seen: the stream goes on after it */
                "Last-Event-ID"?: string;
            };
            path: {
                id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description The stream */
            200: {
                headers: {
                    /** @description The request's own, or a fresh one */
                    "X-Correlation-Id": string;
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example retry: 2000
                     *
                     *     event: step
                     *     data: {"id":"customize","uses":"templates.customize","status":"success","output":{"instanceId":"3c1f7c58-9d4b-8a77-b1c6-0f6a2e8d5b03","templateId":"0b6f0b9a-35b3-8f5a-8d0e-8f4b8f6d3a01","version":"1.2.0"},"startedAt":"2026-03-02T09:15:00.000Z","finishedAt":"2026-03-02T09:15:00.000Z"}
                     *
                     *     event: end
                     *     data: {"status":"success"}
                     */
                    "text/event-stream": string;
                };
            };
        };
    };
    decideWorkflowStep: {
        parameters: {
            query?: never;
            header?: {
                /** @description Follows the request through runs, logs, traces and the audit trail */
                "X-Correlation-Id"?: string;
                /** @description The same answer again for 24 hours */
                "Idempotency-Key"?: string;
            };
            path: {
                id: string;
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                /**
                 * @example {
                 *       "step": "review",
                 *       "decision": "approve",
                 *       "reason": "Looks right"
                 *     }
                 */
                "application/json": {
                    step: string;
                    /** @description Of a step with forEach: which */
                    item?: number;
                    /** @enum {string} */
                    decision: "approve" | "reject";
                    reason?: string;
                };
            };
        };
        responses: {
            /** @description The run took the order */
            202: {
                headers: {
                    /** @description The request's own, or a fresh one */
                    "X-Correlation-Id": string;
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "runId": "b2d4f6a8-0c1e-4a3b-9d7f-2c4e6a8b0d13"
                     *     }
                     */
                    "application/json": {
                        /** Format: uuid */
                        runId: string;
                    };
                };
            };
        };
    };
    cancelWorkflowRun: {
        parameters: {
            query?: never;
            header?: {
                /** @description Follows the request through runs, logs, traces and the audit trail */
                "X-Correlation-Id"?: string;
                /** @description The same answer again for 24 hours */
                "Idempotency-Key"?: string;
            };
            path: {
                id: string;
            };
            cookie?: never;
        };
        requestBody?: {
            content: {
                /**
                 * @example {
                 *       "reason": "Wrong client"
                 *     }
                 */
                "application/json": {
                    reason?: string;
                };
            };
        };
        responses: {
            /** @description The run took the order */
            202: {
                headers: {
                    /** @description The request's own, or a fresh one */
                    "X-Correlation-Id": string;
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "runId": "b2d4f6a8-0c1e-4a3b-9d7f-2c4e6a8b0d13"
                     *     }
                     */
                    "application/json": {
                        /** Format: uuid */
                        runId: string;
                    };
                };
            };
        };
    };
    rerunWorkflow: {
        parameters: {
            query?: never;
            header?: {
                /** @description Follows the request through runs, logs, traces and the audit trail */
                "X-Correlation-Id"?: string;
                /** @description The same answer again for 24 hours */
                "Idempotency-Key"?: string;
            };
            path: {
                id: string;
            };
            cookie?: never;
        };
        requestBody?: {
            content: {
                /**
                 * @example {
                 *       "input": {
                 *         "company": "Bright Smile Dental"
                 *       }
                 *     }
                 */
                "application/json": {
                    /**
                     * @description Merged over the first run's
                     * @default {}
                     */
                    input?: {
                        [key: string]: unknown;
                    };
                    /** @description This step and all that follow from it run again; default: from every step that has not succeeded */
                    from?: string;
                };
            };
        };
        responses: {
            /** @description Accepted: the run exists and has begun */
            202: {
                headers: {
                    /** @description The request's own, or a fresh one */
                    "X-Correlation-Id": string;
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "runId": "b2d4f6a8-0c1e-4a3b-9d7f-2c4e6a8b0d13"
                     *     }
                     */
                    "application/json": {
                        /** Format: uuid */
                        runId: string;
                    };
                };
            };
        };
    };
    getWorkflow: {
        parameters: {
            query?: never;
            header?: {
                /** @description Follows the request through runs, logs, traces and the audit trail */
                "X-Correlation-Id"?: string;
            };
            path: {
                /** @description The id, or the name where one kind alone has it */
                id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description The workflow */
            200: {
                headers: {
                    /** @description The request's own, or a fresh one */
                    "X-Correlation-Id": string;
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "id": "a1c3e5f7-9b0d-4f2a-8c6e-1b3d5f7a9c12",
                     *       "name": "onboard-client",
                     *       "version": 1,
                     *       "description": null,
                     *       "createdBy": "ops@agency.example",
                     *       "createdAt": "2026-03-02T09:15:00.000Z",
                     *       "updatedAt": "2026-03-02T09:15:00.000Z",
                     *       "definition": {
                     *         "name": "onboard-client",
                     *         "inputs": {
                     *           "type": "object",
                     *           "required": [
                     *             "clientId",
                     *             "company"
                     *           ],
                     *           "properties": {
                     *             "clientId": {
                     *               "type": "string"
                     *             },
                     *             "company": {
                     *               "type": "string"
                     *             }
                     *           }
                     *         },
                     *         "steps": [
                     *           {
                     *             "id": "customize",
                     *             "uses": "templates.customize",
                     *             "with": {
                     *               "template": "dental-receptionist",
                     *               "variables": {
                     *                 "companyName": "${{ inputs.company }}"
                     *               }
                     *             },
                     *             "needs": [],
                     *             "concurrency": 5,
                     *             "onFailure": "stop"
                     *           },
                     *           {
                     *             "id": "plan",
                     *             "uses": "templates.plan",
                     *             "needs": [
                     *               "customize"
                     *             ],
                     *             "with": {
                     *               "template": "dental-receptionist",
                     *               "clientId": "${{ inputs.clientId }}",
                     *               "targets": [
                     *                 "retell"
                     *               ],
                     *               "instanceId": "${{ steps.customize.output.instanceId }}"
                     *             },
                     *             "concurrency": 5,
                     *             "onFailure": "stop"
                     *           },
                     *           {
                     *             "id": "deploy",
                     *             "uses": "deployments.deploy",
                     *             "needs": [
                     *               "plan"
                     *             ],
                     *             "with": {
                     *               "planId": "${{ steps.plan.output.planId }}"
                     *             },
                     *             "concurrency": 5,
                     *             "onFailure": "stop"
                     *           }
                     *         ]
                     *       }
                     *     }
                     */
                    "application/json": {
                        /** Format: uuid */
                        id: string;
                        name: string;
                        version: number;
                        description: string | null;
                        createdBy: string;
                        /** Format: date-time */
                        createdAt: string;
                        /** Format: date-time */
                        updatedAt: string;
                        definition: components["schemas"]["WorkflowDefinition"];
                    };
                };
            };
        };
    };
    executeWorkflow: {
        parameters: {
            query?: never;
            header?: {
                /** @description Follows the request through runs, logs, traces and the audit trail */
                "X-Correlation-Id"?: string;
                /** @description The same answer again for 24 hours */
                "Idempotency-Key"?: string;
            };
            path: {
                /** @description The id, or the name where one kind alone has it */
                id: string;
            };
            cookie?: never;
        };
        requestBody?: {
            content: {
                /**
                 * @example {
                 *       "input": {
                 *         "clientId": "5a4d8b6e-2c4e-4f0a-9a55-1d2b7c9e4f02",
                 *         "company": "Bright Smile"
                 *       }
                 *     }
                 */
                "application/json": {
                    /**
                     * @description Any JSON object
                     * @default {}
                     */
                    input?: {
                        [key: string]: unknown;
                    };
                    /**
                     * @description Say what would run, and run nothing
                     * @default false
                     */
                    dryRun?: boolean;
                };
            };
        };
        responses: {
            /** @description With `dryRun`: what would run */
            200: {
                headers: {
                    /** @description The request's own, or a fresh one */
                    "X-Correlation-Id": string;
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "input": {
                     *         "clientId": "5a4d8b6e-2c4e-4f0a-9a55-1d2b7c9e4f02",
                     *         "company": "Bright Smile"
                     *       },
                     *       "steps": [
                     *         {
                     *           "id": "customize",
                     *           "uses": "templates.customize",
                     *           "needs": [],
                     *           "runs": "yes",
                     *           "with": {
                     *             "template": "dental-receptionist",
                     *             "variables": {
                     *               "companyName": "Bright Smile"
                     *             }
                     *           }
                     *         }
                     *       ]
                     *     }
                     */
                    "application/json": {
                        /** @description With the defaults filled in */
                        input: {
                            [key: string]: unknown;
                        };
                        steps: {
                            id: string;
                            uses: string;
                            needs: string[];
                            /**
                             * @description depends: on what earlier steps put out
                             * @enum {string}
                             */
                            runs: "yes" | "no" | "depends" | "on failure";
                            /** @description Of a forEach, where the input alone tells */
                            times?: number;
                            /** @description Rendered as far as the input alone suffices */
                            with: {
                                [key: string]: unknown;
                            };
                        }[];
                    };
                };
            };
            /** @description Accepted: the run exists and has begun */
            202: {
                headers: {
                    /** @description The request's own, or a fresh one */
                    "X-Correlation-Id": string;
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "runId": "b2d4f6a8-0c1e-4a3b-9d7f-2c4e6a8b0d13"
                     *     }
                     */
                    "application/json": {
                        /** Format: uuid */
                        runId: string;
                    };
                };
            };
        };
    };
    listWorkflowRuns: {
        parameters: {
            query?: {
                /** @description Items per page, 1 to 100 */
                limit?: string;
                /** @description `nextCursor` of the page before */
                cursor?: string;
                /** @description By time; newest first by default */
                sort?: "asc" | "desc";
                status?: "running" | "success" | "failed";
            };
            header?: {
                /** @description Follows the request through runs, logs, traces and the audit trail */
                "X-Correlation-Id"?: string;
            };
            path: {
                /** @description The id, or the name where one kind alone has it */
                id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description A page of runs */
            200: {
                headers: {
                    /** @description The request's own, or a fresh one */
                    "X-Correlation-Id": string;
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "items": [
                     *         {
                     *           "id": "b2d4f6a8-0c1e-4a3b-9d7f-2c4e6a8b0d13",
                     *           "workflowId": "a1c3e5f7-9b0d-4f2a-8c6e-1b3d5f7a9c12",
                     *           "version": 1,
                     *           "status": "running",
                     *           "rerunOf": null,
                     *           "correlationId": "e1d0c7a2-6f0e-4a55-9f0a-5a1f7d0f7f11",
                     *           "createdBy": "ops@agency.example",
                     *           "createdAt": "2026-03-02T09:15:00.000Z",
                     *           "finishedAt": null
                     *         }
                     *       ],
                     *       "nextCursor": null
                     *     }
                     */
                    "application/json": {
                        items: {
                            /** Format: uuid */
                            id: string;
                            /** Format: uuid */
                            workflowId: string;
                            version: number;
                            /** @enum {string} */
                            status: "running" | "success" | "failed";
                            error?: {
                                code: string;
                                message: string;
                            };
                            rerunOf: string | null;
                            correlationId: string;
                            createdBy: string;
                            /** Format: date-time */
                            createdAt: string;
                            finishedAt: string | null;
                        }[];
                        nextCursor: string | null;
                    };
                };
            };
        };
    };
    listClients: {
        parameters: {
            query?: {
                /** @description Items per page, 1 to 100 */
                limit?: string;
                /** @description `nextCursor` of the page before */
                cursor?: string;
                /** @description By time; newest first by default */
                sort?: "asc" | "desc";
                name?: string;
            };
            header?: {
                /** @description Follows the request through runs, logs, traces and the audit trail */
                "X-Correlation-Id"?: string;
            };
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description A page of clients */
            200: {
                headers: {
                    /** @description The request's own, or a fresh one */
                    "X-Correlation-Id": string;
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "items": [
                     *         {
                     *           "id": "5a4d8b6e-2c4e-4f0a-9a55-1d2b7c9e4f02",
                     *           "name": "Bright Smile",
                     *           "metadata": {},
                     *           "createdBy": "ops@agency.example",
                     *           "createdAt": "2026-03-02T09:15:00.000Z",
                     *           "updatedAt": "2026-03-02T09:15:00.000Z"
                     *         }
                     *       ],
                     *       "nextCursor": null
                     *     }
                     */
                    "application/json": {
                        items: {
                            /** Format: uuid */
                            id: string;
                            name: string;
                            /** @description Any JSON object */
                            metadata: {
                                [key: string]: unknown;
                            };
                            createdBy: string;
                            /** Format: date-time */
                            createdAt: string;
                            /** Format: date-time */
                            updatedAt: string;
                        }[];
                        nextCursor: string | null;
                    };
                };
            };
        };
    };
    createClient: {
        parameters: {
            query?: never;
            header?: {
                /** @description Follows the request through runs, logs, traces and the audit trail */
                "X-Correlation-Id"?: string;
                /** @description The same answer again for 24 hours */
                "Idempotency-Key"?: string;
                /** @description An ETag: 412 when it has changed since */
                "If-Match"?: string;
            };
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                /**
                 * @example {
                 *       "name": "Bright Smile"
                 *     }
                 */
                "application/json": {
                    name: string;
                    /** @description Any JSON object */
                    metadata?: {
                        [key: string]: unknown;
                    };
                };
            };
        };
        responses: {
            /** @description Made */
            201: {
                headers: {
                    /** @description The request's own, or a fresh one */
                    "X-Correlation-Id": string;
                    /** @description Changes when the body does; send it back in If-Match */
                    ETag: string;
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "id": "5a4d8b6e-2c4e-4f0a-9a55-1d2b7c9e4f02",
                     *       "name": "Bright Smile",
                     *       "metadata": {},
                     *       "createdBy": "ops@agency.example",
                     *       "createdAt": "2026-03-02T09:15:00.000Z",
                     *       "updatedAt": "2026-03-02T09:15:00.000Z"
                     *     }
                     */
                    "application/json": {
                        /** Format: uuid */
                        id: string;
                        name: string;
                        /** @description Any JSON object */
                        metadata: {
                            [key: string]: unknown;
                        };
                        createdBy: string;
                        /** Format: date-time */
                        createdAt: string;
                        /** Format: date-time */
                        updatedAt: string;
                    };
                };
            };
        };
    };
    getClient: {
        parameters: {
            query?: never;
            header?: {
                /** @description Follows the request through runs, logs, traces and the audit trail */
                "X-Correlation-Id"?: string;
            };
            path: {
                id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description The client */
            200: {
                headers: {
                    /** @description The request's own, or a fresh one */
                    "X-Correlation-Id": string;
                    /** @description Changes when the body does; send it back in If-Match */
                    ETag: string;
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "id": "5a4d8b6e-2c4e-4f0a-9a55-1d2b7c9e4f02",
                     *       "name": "Bright Smile",
                     *       "metadata": {},
                     *       "createdBy": "ops@agency.example",
                     *       "createdAt": "2026-03-02T09:15:00.000Z",
                     *       "updatedAt": "2026-03-02T09:15:00.000Z"
                     *     }
                     */
                    "application/json": {
                        /** Format: uuid */
                        id: string;
                        name: string;
                        /** @description Any JSON object */
                        metadata: {
                            [key: string]: unknown;
                        };
                        createdBy: string;
                        /** Format: date-time */
                        createdAt: string;
                        /** Format: date-time */
                        updatedAt: string;
                    };
                };
            };
        };
    };
    deleteClient: {
        parameters: {
            query?: never;
            header?: {
                /** @description Follows the request through runs, logs, traces and the audit trail */
                "X-Correlation-Id"?: string;
                /** @description An ETag: 412 when it has changed since */
                "If-Match"?: string;
            };
            path: {
                id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Deleted */
            204: {
                headers: {
                    /** @description The request's own, or a fresh one */
                    "X-Correlation-Id": string;
                    [name: string]: unknown;
                };
                content?: never;
            };
        };
    };
    updateClient: {
        parameters: {
            query?: never;
            header?: {
                /** @description Follows the request through runs, logs, traces and the audit trail */
                "X-Correlation-Id"?: string;
                /** @description An ETag: 412 when it has changed since */
                "If-Match"?: string;
            };
            path: {
                id: string;
            };
            cookie?: never;
        };
        requestBody?: {
            content: {
                /**
                 * @example {
                 *       "name": "Bright Smile Dental"
                 *     }
                 */
                "application/json": {
                    name?: string;
                    /** @description Any JSON object */
                    metadata?: {
                        [key: string]: unknown;
                    };
                };
            };
        };
        responses: {
            /** @description Changed */
            200: {
                headers: {
                    /** @description The request's own, or a fresh one */
                    "X-Correlation-Id": string;
                    /** @description Changes when the body does; send it back in If-Match */
                    ETag: string;
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "id": "5a4d8b6e-2c4e-4f0a-9a55-1d2b7c9e4f02",
                     *       "name": "Bright Smile",
                     *       "metadata": {},
                     *       "createdBy": "ops@agency.example",
                     *       "createdAt": "2026-03-02T09:15:00.000Z",
                     *       "updatedAt": "2026-03-02T09:15:00.000Z"
                     *     }
                     */
                    "application/json": {
                        /** Format: uuid */
                        id: string;
                        name: string;
                        /** @description Any JSON object */
                        metadata: {
                            [key: string]: unknown;
                        };
                        createdBy: string;
                        /** Format: date-time */
                        createdAt: string;
                        /** Format: date-time */
                        updatedAt: string;
                    };
                };
            };
        };
    };
    listConnections: {
        parameters: {
            query?: {
                /** @description Items per page, 1 to 100 */
                limit?: string;
                /** @description `nextCursor` of the page before */
                cursor?: string;
                /** @description By time; newest first by default */
                sort?: "asc" | "desc";
                provider?: string;
                clientId?: string;
            };
            header?: {
                /** @description Follows the request through runs, logs, traces and the audit trail */
                "X-Correlation-Id"?: string;
            };
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description A page of connections; of secrets the names only */
            200: {
                headers: {
                    /** @description The request's own, or a fresh one */
                    "X-Correlation-Id": string;
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "items": [
                     *         {
                     *           "id": "9a7c5e31-0d2f-4c18-a6b4-7f8e9d0c1b07",
                     *           "provider": "retell",
                     *           "name": "Agency account",
                     *           "clientId": null,
                     *           "baseUrl": null,
                     *           "config": {},
                     *           "secrets": [
                     *             "apiKey"
                     *           ],
                     *           "createdBy": "ops@agency.example",
                     *           "createdAt": "2026-03-02T09:15:00.000Z",
                     *           "updatedAt": "2026-03-02T09:15:00.000Z"
                     *         }
                     *       ],
                     *       "nextCursor": null
                     *     }
                     */
                    "application/json": {
                        items: {
                            /** Format: uuid */
                            id: string;
                            provider: string;
                            name: string;
                            clientId: string | null;
                            baseUrl: string | null;
                            config: {
                                [key: string]: string;
                            };
                            /** @description Names only */
                            secrets: string[];
                            createdBy: string;
                            /** Format: date-time */
                            createdAt: string;
                            /** Format: date-time */
                            updatedAt: string;
                        }[];
                        nextCursor: string | null;
                    };
                };
            };
        };
    };
    putConnection: {
        parameters: {
            query?: never;
            header?: {
                /** @description Follows the request through runs, logs, traces and the audit trail */
                "X-Correlation-Id"?: string;
                /** @description The same answer again for 24 hours */
                "Idempotency-Key"?: string;
                /** @description An ETag: 412 when it has changed since */
                "If-Match"?: string;
            };
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                /**
                 * @example {
                 *       "provider": "retell",
                 *       "name": "Agency account",
                 *       "secrets": {
                 *         "apiKey": "key_…"
                 *       }
                 *     }
                 */
                "application/json": {
                    provider: string;
                    name?: string;
                    /** @description A client's own account; without it the tenant's default */
                    clientId?: string | null;
                    baseUrl?: string;
                    /** @default {} */
                    config?: {
                        [key: string]: string;
                    };
                    /** @description Write only */
                    secrets: {
                        [key: string]: string;
                    };
                };
            };
        };
        responses: {
            /** @description Replaced */
            200: {
                headers: {
                    /** @description The request's own, or a fresh one */
                    "X-Correlation-Id": string;
                    /** @description Changes when the body does; send it back in If-Match */
                    ETag: string;
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "id": "9a7c5e31-0d2f-4c18-a6b4-7f8e9d0c1b07",
                     *       "provider": "retell",
                     *       "name": "Agency account",
                     *       "clientId": null,
                     *       "baseUrl": null,
                     *       "config": {},
                     *       "secrets": [
                     *         "apiKey"
                     *       ],
                     *       "createdBy": "ops@agency.example",
                     *       "createdAt": "2026-03-02T09:15:00.000Z",
                     *       "updatedAt": "2026-03-02T09:15:00.000Z"
                     *     }
                     */
                    "application/json": {
                        /** Format: uuid */
                        id: string;
                        provider: string;
                        name: string;
                        clientId: string | null;
                        baseUrl: string | null;
                        config: {
                            [key: string]: string;
                        };
                        /** @description Names only */
                        secrets: string[];
                        createdBy: string;
                        /** Format: date-time */
                        createdAt: string;
                        /** Format: date-time */
                        updatedAt: string;
                    };
                };
            };
            /** @description Stored */
            201: {
                headers: {
                    /** @description The request's own, or a fresh one */
                    "X-Correlation-Id": string;
                    /** @description Changes when the body does; send it back in If-Match */
                    ETag: string;
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "id": "9a7c5e31-0d2f-4c18-a6b4-7f8e9d0c1b07",
                     *       "provider": "retell",
                     *       "name": "Agency account",
                     *       "clientId": null,
                     *       "baseUrl": null,
                     *       "config": {},
                     *       "secrets": [
                     *         "apiKey"
                     *       ],
                     *       "createdBy": "ops@agency.example",
                     *       "createdAt": "2026-03-02T09:15:00.000Z",
                     *       "updatedAt": "2026-03-02T09:15:00.000Z"
                     *     }
                     */
                    "application/json": {
                        /** Format: uuid */
                        id: string;
                        provider: string;
                        name: string;
                        clientId: string | null;
                        baseUrl: string | null;
                        config: {
                            [key: string]: string;
                        };
                        /** @description Names only */
                        secrets: string[];
                        createdBy: string;
                        /** Format: date-time */
                        createdAt: string;
                        /** Format: date-time */
                        updatedAt: string;
                    };
                };
            };
        };
    };
    getConnection: {
        parameters: {
            query?: never;
            header?: {
                /** @description Follows the request through runs, logs, traces and the audit trail */
                "X-Correlation-Id"?: string;
            };
            path: {
                id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description The connection; of secrets the names only */
            200: {
                headers: {
                    /** @description The request's own, or a fresh one */
                    "X-Correlation-Id": string;
                    /** @description Changes when the body does; send it back in If-Match */
                    ETag: string;
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "id": "9a7c5e31-0d2f-4c18-a6b4-7f8e9d0c1b07",
                     *       "provider": "retell",
                     *       "name": "Agency account",
                     *       "clientId": null,
                     *       "baseUrl": null,
                     *       "config": {},
                     *       "secrets": [
                     *         "apiKey"
                     *       ],
                     *       "createdBy": "ops@agency.example",
                     *       "createdAt": "2026-03-02T09:15:00.000Z",
                     *       "updatedAt": "2026-03-02T09:15:00.000Z"
                     *     }
                     */
                    "application/json": {
                        /** Format: uuid */
                        id: string;
                        provider: string;
                        name: string;
                        clientId: string | null;
                        baseUrl: string | null;
                        config: {
                            [key: string]: string;
                        };
                        /** @description Names only */
                        secrets: string[];
                        createdBy: string;
                        /** Format: date-time */
                        createdAt: string;
                        /** Format: date-time */
                        updatedAt: string;
                    };
                };
            };
        };
    };
    deleteConnection: {
        parameters: {
            query?: never;
            header?: {
                /** @description Follows the request through runs, logs, traces and the audit trail */
                "X-Correlation-Id"?: string;
                /** @description An ETag: 412 when it has changed since */
                "If-Match"?: string;
            };
            path: {
                id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Deleted */
            204: {
                headers: {
                    /** @description The request's own, or a fresh one */
                    "X-Correlation-Id": string;
                    [name: string]: unknown;
                };
                content?: never;
            };
        };
    };
    updateConnection: {
        parameters: {
            query?: never;
            header?: {
                /** @description Follows the request through runs, logs, traces and the audit trail */
                "X-Correlation-Id"?: string;
                /** @description An ETag: 412 when it has changed since */
                "If-Match"?: string;
            };
            path: {
                id: string;
            };
            cookie?: never;
        };
        requestBody?: {
            content: {
                /**
                 * @example {
                 *       "secrets": {
                 *         "apiKey": "key_…"
                 *       }
                 *     }
                 */
                "application/json": {
                    name?: string;
                    baseUrl?: string;
                    config?: {
                        [key: string]: string;
                    };
                    secrets?: {
                        [key: string]: string;
                    };
                };
            };
        };
        responses: {
            /** @description Changed */
            200: {
                headers: {
                    /** @description The request's own, or a fresh one */
                    "X-Correlation-Id": string;
                    /** @description Changes when the body does; send it back in If-Match */
                    ETag: string;
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "id": "9a7c5e31-0d2f-4c18-a6b4-7f8e9d0c1b07",
                     *       "provider": "retell",
                     *       "name": "Agency account",
                     *       "clientId": null,
                     *       "baseUrl": null,
                     *       "config": {},
                     *       "secrets": [
                     *         "apiKey"
                     *       ],
                     *       "createdBy": "ops@agency.example",
                     *       "createdAt": "2026-03-02T09:15:00.000Z",
                     *       "updatedAt": "2026-03-02T09:15:00.000Z"
                     *     }
                     */
                    "application/json": {
                        /** Format: uuid */
                        id: string;
                        provider: string;
                        name: string;
                        clientId: string | null;
                        baseUrl: string | null;
                        config: {
                            [key: string]: string;
                        };
                        /** @description Names only */
                        secrets: string[];
                        createdBy: string;
                        /** Format: date-time */
                        createdAt: string;
                        /** Format: date-time */
                        updatedAt: string;
                    };
                };
            };
        };
    };
    testConnection: {
        parameters: {
            query?: never;
            header?: {
                /** @description Follows the request through runs, logs, traces and the audit trail */
                "X-Correlation-Id"?: string;
                /** @description The same answer again for 24 hours */
                "Idempotency-Key"?: string;
            };
            path: {
                id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description What the provider said */
            200: {
                headers: {
                    /** @description The request's own, or a fresh one */
                    "X-Correlation-Id": string;
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "ok": true,
                     *       "account": "Agency"
                     *     }
                     */
                    "application/json": {
                        ok: boolean;
                        account?: string;
                        error?: {
                            code: string;
                            message: string;
                        };
                    };
                };
            };
        };
    };
    listKbDocuments: {
        parameters: {
            query?: {
                /** @description Items per page, 1 to 100 */
                limit?: string;
                /** @description `nextCursor` of the page before */
                cursor?: string;
                /** @description By time; newest first by default */
                sort?: "asc" | "desc";
                ref?: string;
            };
            header?: {
                /** @description Follows the request through runs, logs, traces and the audit trail */
                "X-Correlation-Id"?: string;
            };
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description A page of documents */
            200: {
                headers: {
                    /** @description The request's own, or a fresh one */
                    "X-Correlation-Id": string;
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "items": [
                     *         {
                     *           "id": "2f4e6a8c-1b3d-4e5f-8a9b-0c1d2e3f4a08",
                     *           "ref": "openingHours",
                     *           "title": "Opening hours",
                     *           "content": "Monday to Friday, 9 to 17",
                     *           "contentHash": "9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08",
                     *           "metadata": {},
                     *           "createdBy": "ops@agency.example",
                     *           "createdAt": "2026-03-02T09:15:00.000Z",
                     *           "updatedAt": "2026-03-02T09:15:00.000Z"
                     *         }
                     *       ],
                     *       "nextCursor": null
                     *     }
                     */
                    "application/json": {
                        items: {
                            /** Format: uuid */
                            id: string;
                            ref: string;
                            title: string;
                            content: string;
                            contentHash: string;
                            /** @description Any JSON object */
                            metadata: {
                                [key: string]: unknown;
                            };
                            createdBy: string;
                            /** Format: date-time */
                            createdAt: string;
                            /** Format: date-time */
                            updatedAt: string;
                        }[];
                        nextCursor: string | null;
                    };
                };
            };
        };
    };
    createKbDocument: {
        parameters: {
            query?: never;
            header?: {
                /** @description Follows the request through runs, logs, traces and the audit trail */
                "X-Correlation-Id"?: string;
                /** @description The same answer again for 24 hours */
                "Idempotency-Key"?: string;
                /** @description An ETag: 412 when it has changed since */
                "If-Match"?: string;
            };
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                /**
                 * @example {
                 *       "ref": "openingHours",
                 *       "title": "Opening hours",
                 *       "content": "Monday to Friday, 9 to 17"
                 *     }
                 */
                "application/json": {
                    /** @description What expressions call it: kb.<ref> */
                    ref: string;
                    title?: string;
                    content: string;
                    /** @description Any JSON object */
                    metadata?: {
                        [key: string]: unknown;
                    };
                };
            };
        };
        responses: {
            /** @description Stored */
            201: {
                headers: {
                    /** @description The request's own, or a fresh one */
                    "X-Correlation-Id": string;
                    /** @description Changes when the body does; send it back in If-Match */
                    ETag: string;
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "id": "2f4e6a8c-1b3d-4e5f-8a9b-0c1d2e3f4a08",
                     *       "ref": "openingHours",
                     *       "title": "Opening hours",
                     *       "content": "Monday to Friday, 9 to 17",
                     *       "contentHash": "9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08",
                     *       "metadata": {},
                     *       "createdBy": "ops@agency.example",
                     *       "createdAt": "2026-03-02T09:15:00.000Z",
                     *       "updatedAt": "2026-03-02T09:15:00.000Z"
                     *     }
                     */
                    "application/json": {
                        /** Format: uuid */
                        id: string;
                        ref: string;
                        title: string;
                        content: string;
                        contentHash: string;
                        /** @description Any JSON object */
                        metadata: {
                            [key: string]: unknown;
                        };
                        createdBy: string;
                        /** Format: date-time */
                        createdAt: string;
                        /** Format: date-time */
                        updatedAt: string;
                    };
                };
            };
        };
    };
    getKbDocument: {
        parameters: {
            query?: never;
            header?: {
                /** @description Follows the request through runs, logs, traces and the audit trail */
                "X-Correlation-Id"?: string;
            };
            path: {
                /** @description The id or the ref */
                id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description The document */
            200: {
                headers: {
                    /** @description The request's own, or a fresh one */
                    "X-Correlation-Id": string;
                    /** @description Changes when the body does; send it back in If-Match */
                    ETag: string;
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "id": "2f4e6a8c-1b3d-4e5f-8a9b-0c1d2e3f4a08",
                     *       "ref": "openingHours",
                     *       "title": "Opening hours",
                     *       "content": "Monday to Friday, 9 to 17",
                     *       "contentHash": "9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08",
                     *       "metadata": {},
                     *       "createdBy": "ops@agency.example",
                     *       "createdAt": "2026-03-02T09:15:00.000Z",
                     *       "updatedAt": "2026-03-02T09:15:00.000Z"
                     *     }
                     */
                    "application/json": {
                        /** Format: uuid */
                        id: string;
                        ref: string;
                        title: string;
                        content: string;
                        contentHash: string;
                        /** @description Any JSON object */
                        metadata: {
                            [key: string]: unknown;
                        };
                        createdBy: string;
                        /** Format: date-time */
                        createdAt: string;
                        /** Format: date-time */
                        updatedAt: string;
                    };
                };
            };
        };
    };
    deleteKbDocument: {
        parameters: {
            query?: never;
            header?: {
                /** @description Follows the request through runs, logs, traces and the audit trail */
                "X-Correlation-Id"?: string;
                /** @description An ETag: 412 when it has changed since */
                "If-Match"?: string;
            };
            path: {
                /** @description The id or the ref */
                id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Deleted */
            204: {
                headers: {
                    /** @description The request's own, or a fresh one */
                    "X-Correlation-Id": string;
                    [name: string]: unknown;
                };
                content?: never;
            };
        };
    };
    updateKbDocument: {
        parameters: {
            query?: never;
            header?: {
                /** @description Follows the request through runs, logs, traces and the audit trail */
                "X-Correlation-Id"?: string;
                /** @description An ETag: 412 when it has changed since */
                "If-Match"?: string;
            };
            path: {
                /** @description The id or the ref */
                id: string;
            };
            cookie?: never;
        };
        requestBody?: {
            content: {
                /**
                 * @example {
                 *       "content": "Monday to Friday, 8 to 18"
                 *     }
                 */
                "application/json": {
                    /** @description What expressions call it: kb.<ref> */
                    ref?: string;
                    title?: string;
                    content?: string;
                    /** @description Any JSON object */
                    metadata?: {
                        [key: string]: unknown;
                    };
                };
            };
        };
        responses: {
            /** @description Changed */
            200: {
                headers: {
                    /** @description The request's own, or a fresh one */
                    "X-Correlation-Id": string;
                    /** @description Changes when the body does; send it back in If-Match */
                    ETag: string;
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "id": "2f4e6a8c-1b3d-4e5f-8a9b-0c1d2e3f4a08",
                     *       "ref": "openingHours",
                     *       "title": "Opening hours",
                     *       "content": "Monday to Friday, 9 to 17",
                     *       "contentHash": "9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08",
                     *       "metadata": {},
                     *       "createdBy": "ops@agency.example",
                     *       "createdAt": "2026-03-02T09:15:00.000Z",
                     *       "updatedAt": "2026-03-02T09:15:00.000Z"
                     *     }
                     */
                    "application/json": {
                        /** Format: uuid */
                        id: string;
                        ref: string;
                        title: string;
                        content: string;
                        contentHash: string;
                        /** @description Any JSON object */
                        metadata: {
                            [key: string]: unknown;
                        };
                        createdBy: string;
                        /** Format: date-time */
                        createdAt: string;
                        /** Format: date-time */
                        updatedAt: string;
                    };
                };
            };
        };
    };
    listAudit: {
        parameters: {
            query?: {
                /** @description Items per page, 1 to 100 */
                limit?: string;
                /** @description `nextCursor` of the page before */
                cursor?: string;
                /** @description By time; newest first by default */
                sort?: "asc" | "desc";
                from?: string;
                to?: string;
                actor?: string;
                action?: string;
                /** @description The subject's id */
                subject?: string;
                subjectType?: string;
                correlationId?: string;
            };
            header?: {
                /** @description Follows the request through runs, logs, traces and the audit trail */
                "X-Correlation-Id"?: string;
            };
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description A page of audit events */
            200: {
                headers: {
                    /** @description The request's own, or a fresh one */
                    "X-Correlation-Id": string;
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "items": [
                     *         {
                     *           "id": "8f0a2c4e-7b9d-4e1f-a5c7-6e8b0d2f4a11",
                     *           "at": "2026-03-02T09:15:00.000Z",
                     *           "actor": "ops@agency.example",
                     *           "action": "deployment.requested",
                     *           "subjectType": "plan",
                     *           "subjectId": "7e2a9d10-4b3c-8e66-a0f5-6c9d1b7e3a04",
                     *           "correlationId": "e1d0c7a2-6f0e-4a55-9f0a-5a1f7d0f7f11",
                     *           "data": {}
                     *         }
                     *       ],
                     *       "nextCursor": null
                     *     }
                     */
                    "application/json": {
                        items: {
                            /** Format: uuid */
                            id: string;
                            /** Format: date-time */
                            at: string;
                            actor: string;
                            action: string;
                            subjectType: string;
                            subjectId: string;
                            correlationId: string;
                            /** @description Any JSON object */
                            data: {
                                [key: string]: unknown;
                            };
                        }[];
                        nextCursor: string | null;
                    };
                };
            };
        };
    };
    adminStats: {
        parameters: {
            query?: never;
            header?: {
                /** @description Follows the request through runs, logs, traces and the audit trail */
                "X-Correlation-Id"?: string;
            };
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description The tenant's figures */
            200: {
                headers: {
                    /** @description The request's own, or a fresh one */
                    "X-Correlation-Id": string;
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "totals": {
                     *         "templates": 12,
                     *         "versions": 17,
                     *         "instances": 9,
                     *         "clients": 4,
                     *         "plans": 5,
                     *         "deployments": 8,
                     *         "workflows": 1,
                     *         "workflowRuns": 3
                     *       },
                     *       "templates": {
                     *         "byCategory": [
                     *           {
                     *             "category": "healthcare",
                     *             "count": 9
                     *           },
                     *           {
                     *             "category": null,
                     *             "count": 3
                     *           }
                     *         ],
                     *         "byKind": [
                     *           {
                     *             "kind": "retell",
                     *             "count": 8
                     *           },
                     *           {
                     *             "kind": "n8n",
                     *             "count": 4
                     *           }
                     *         ]
                     *       },
                     *       "deployments": {
                     *         "queued": 0,
                     *         "running": 1,
                     *         "success": 6,
                     *         "failed": 1
                     *       },
                     *       "cache": {
                     *         "in": "redis",
                     *         "hits": 90,
                     *         "misses": 10,
                     *         "hitRatio": 0.9
                     *       },
                     *       "git": {
                     *         "head": "4b825dc642cb6eb9a060e54bf8d69288fbee4904",
                     *         "remote": {
                     *           "url": "https://git.example.com/agency/templates.git",
                     *           "branch": "main",
                     *           "sha": "4b825dc642cb6eb9a060e54bf8d69288fbee4904"
                     *         },
                     *         "lag": {
                     *           "unwritten": 0,
                     *           "unpushed": 0
                     *         },
                     *         "lastSync": {
                     *           "at": "2026-03-02T09:15:00.000Z",
                     *           "by": "ops@agency.example",
                     *           "succeededAt": "2026-03-02T09:15:00.000Z",
                     *           "error": null
                     *         },
                     *         "conflicts": 1
                     *       },
                     *       "streams": {
                     *         "lag": 3,
                     *         "undelivered": 2,
                     *         "pending": 1
                     *       }
                     *     }
                     */
                    "application/json": {
                        /** @description How much there is; templates that were deleted do not count */
                        totals: {
                            templates: number;
                            versions: number;
                            instances: number;
                            clients: number;
                            plans: number;
                            deployments: number;
                            workflows: number;
                            workflowRuns: number;
                        };
                        templates: {
                            /** @description Most first; null: those without a category */
                            byCategory: {
                                category: string | null;
                                count: number;
                            }[];
                            byKind: {
                                /** @enum {string} */
                                kind: "retell" | "n8n" | "ghl" | "prompt" | "project" | "service";
                                count: number;
                            }[];
                        };
                        /** @description Records by status */
                        deployments: {
                            queued: number;
                            running: number;
                            success: number;
                            failed: number;
                        };
                        /** @description Reads of the tenant's templates and instances, since the process that answers began */
                        cache: {
                            /** @enum {string} */
                            in: "redis" | "process" | "off";
                            hits: number;
                            misses: number;
                            /** @description hits / (hits + misses); null before the first read */
                            hitRatio: number | null;
                        };
                        git: {
                            head: string | null;
                            /** @description null without a connection for git */
                            remote: {
                                url: string;
                                branch: string;
                                /** @description What its branch was at after the last synchronization */
                                sha: string | null;
                            } | null;
                            lag: {
                                /** @description Changes that are no commits yet */
                                unwritten: number;
                                /** @description Commits that the remote has not got */
                                unpushed: number;
                            };
                            lastSync: {
                                /** Format: date-time */
                                at: string;
                                by: string;
                                succeededAt: string | null;
                                error: {
                                    code: string;
                                    message: string;
                                } | null;
                            } | null;
                            conflicts: number;
                        };
                        /** @description Of all tenants together; null where streams are off, or Redis does not answer */
                        streams: {
                            /** @description Requests without an answer: undelivered and pending together */
                            lag: number;
                            /** @description Nobody has taken them yet */
                            undelivered: number;
                            /** @description Taken, and not answered */
                            pending: number;
                        } | null;
                    };
                };
            };
        };
    };
    clearCache: {
        parameters: {
            query?: never;
            header?: {
                /** @description Follows the request through runs, logs, traces and the audit trail */
                "X-Correlation-Id"?: string;
                /** @description The same answer again for 24 hours */
                "Idempotency-Key"?: string;
            };
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Forgotten */
            200: {
                headers: {
                    /** @description The request's own, or a fresh one */
                    "X-Correlation-Id": string;
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "cache": "redis",
                     *       "entries": 12
                     *     }
                     */
                    "application/json": {
                        /** @enum {string} */
                        cache: "redis" | "process" | "off";
                        /** @description How many there were; with an in-process cache, in the process that answers */
                        entries: number;
                    };
                };
            };
        };
    };
    health: {
        parameters: {
            query?: never;
            header?: {
                /** @description Follows the request through runs, logs, traces and the audit trail */
                "X-Correlation-Id"?: string;
            };
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Healthy or degraded */
            200: {
                headers: {
                    /** @description The request's own, or a fresh one */
                    "X-Correlation-Id": string;
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "status": "healthy",
                     *       "service": "slipway",
                     *       "version": "0.1.0",
                     *       "database": "connected",
                     *       "redis": "connected",
                     *       "temporal": "connected",
                     *       "templates_count": 12
                     *     }
                     */
                    "application/json": {
                        /** @enum {string} */
                        status: "healthy" | "degraded";
                        service: string;
                        version: string;
                        /** @enum {string} */
                        database: "connected" | "unavailable";
                        /** @enum {string} */
                        redis: "connected" | "unavailable" | "not configured";
                        /** @enum {string} */
                        temporal: "connected" | "unavailable";
                        templates_count: number | null;
                    };
                };
            };
        };
    };
    ready: {
        parameters: {
            query?: never;
            header?: {
                /** @description Follows the request through runs, logs, traces and the audit trail */
                "X-Correlation-Id"?: string;
            };
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Ready */
            200: {
                headers: {
                    /** @description The request's own, or a fresh one */
                    "X-Correlation-Id": string;
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "status": "ready"
                     *     }
                     */
                    "application/json": {
                        /** @constant */
                        status: "ready";
                    };
                };
            };
        };
    };
    metrics: {
        parameters: {
            query?: never;
            header?: {
                /** @description Follows the request through runs, logs, traces and the audit trail */
                "X-Correlation-Id"?: string;
            };
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Text exposition format */
            200: {
                headers: {
                    /** @description The request's own, or a fresh one */
                    "X-Correlation-Id": string;
                    [name: string]: unknown;
                };
                content: {
                    /** @example # TYPE http_requests_total counter */
                    "text/plain": string;
                };
            };
        };
    };
    login: {
        parameters: {
            query?: never;
            header?: {
                /** @description Follows the request through runs, logs, traces and the audit trail */
                "X-Correlation-Id"?: string;
            };
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                /**
                 * @example {
                 *       "tenant": "bright-agency",
                 *       "email": "ops@agency.example",
                 *       "password": "correct horse battery"
                 *     }
                 */
                "application/json": {
                    /** @description The tenant's name */
                    tenant: string;
                    /** Format: email */
                    email: string;
                    /** @description Write only */
                    password: string;
                };
            };
        };
        responses: {
            /** @description The tokens */
            200: {
                headers: {
                    /** @description The request's own, or a fresh one */
                    "X-Correlation-Id": string;
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "accessToken": "eyJhbGciOiJIUzI1NiJ9.…",
                     *       "refreshToken": "rt_…",
                     *       "expiresIn": 1800
                     *     }
                     */
                    "application/json": {
                        accessToken: string;
                        /** @description Good for one refresh */
                        refreshToken: string;
                        /** @description Seconds that the access token is good for */
                        expiresIn: number;
                    };
                };
            };
        };
    };
    refreshToken: {
        parameters: {
            query?: never;
            header?: {
                /** @description Follows the request through runs, logs, traces and the audit trail */
                "X-Correlation-Id"?: string;
            };
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                /**
                 * @example {
                 *       "refreshToken": "rt_…"
                 *     }
                 */
                "application/json": {
                    refreshToken: string;
                };
            };
        };
        responses: {
            /** @description The tokens */
            200: {
                headers: {
                    /** @description The request's own, or a fresh one */
                    "X-Correlation-Id": string;
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "accessToken": "eyJhbGciOiJIUzI1NiJ9.…",
                     *       "refreshToken": "rt_…",
                     *       "expiresIn": 1800
                     *     }
                     */
                    "application/json": {
                        accessToken: string;
                        /** @description Good for one refresh */
                        refreshToken: string;
                        /** @description Seconds that the access token is good for */
                        expiresIn: number;
                    };
                };
            };
        };
    };
    logout: {
        parameters: {
            query?: never;
            header?: {
                /** @description Follows the request through runs, logs, traces and the audit trail */
                "X-Correlation-Id"?: string;
            };
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                /**
                 * @example {
                 *       "refreshToken": "rt_…"
                 *     }
                 */
                "application/json": {
                    refreshToken: string;
                };
            };
        };
        responses: {
            /** @description Ended, or it had been */
            204: {
                headers: {
                    /** @description The request's own, or a fresh one */
                    "X-Correlation-Id": string;
                    [name: string]: unknown;
                };
                content?: never;
            };
        };
    };
    getMe: {
        parameters: {
            query?: never;
            header?: {
                /** @description Follows the request through runs, logs, traces and the audit trail */
                "X-Correlation-Id"?: string;
            };
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description You */
            200: {
                headers: {
                    /** @description The request's own, or a fresh one */
                    "X-Correlation-Id": string;
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "actor": "ops@agency.example",
                     *       "tenant": {
                     *         "id": "3f5b7d91-0c2e-8a46-b8d0-1f3a5c7e9b12",
                     *         "name": "bright-agency",
                     *         "createdAt": "2026-03-02T09:15:00.000Z"
                     *       },
                     *       "roles": [
                     *         "operator"
                     *       ],
                     *       "permissions": [
                     *         "template:read",
                     *         "deploy:execute"
                     *       ],
                     *       "platformAdmin": false,
                     *       "user": {
                     *         "id": "a1c3e5f7-2b4d-4f6a-8c0e-2d4f6b8a0c13",
                     *         "email": "ops@agency.example",
                     *         "name": "Ops",
                     *         "roles": [
                     *           "operator"
                     *         ],
                     *         "platformAdmin": false,
                     *         "disabled": false,
                     *         "lastLoginAt": "2026-03-02T09:15:00.000Z",
                     *         "createdBy": "owner@agency.example",
                     *         "createdAt": "2026-03-02T09:15:00.000Z",
                     *         "updatedAt": "2026-03-02T09:15:00.000Z"
                     *       },
                     *       "apiKey": null
                     *     }
                     */
                    "application/json": {
                        /** @description As the audit trail names you */
                        actor: string;
                        tenant: {
                            /** Format: uuid */
                            id: string;
                            name: string;
                            /** Format: date-time */
                            createdAt: string;
                        };
                        roles: ("owner" | "admin" | "operator" | "approver" | "editor" | "viewer")[];
                        permissions: ("template:read" | "client:read" | "kb:read" | "workflow:read" | "connection:read" | "deployment:read" | "link:read" | "quality:read" | "prompt:read" | "deploy:release:read" | "deploy:k8s:read" | "deploy:compose:read" | "template:write" | "prompt:write" | "workflow:write" | "kb:write" | "template:import" | "deploy:plan" | "deploy:resources" | "deploy:execute" | "deploy:retry" | "deploy:undeploy" | "workflow:execute" | "client:write" | "deploy:skip" | "deploy:resolve" | "deploy:cancel" | "connection:write" | "deploy:release:apply" | "deploy:release:rollback" | "deploy:k8s:apply" | "deploy:k8s:rollback" | "deploy:compose:apply" | "deploy:compose:rollback" | "environment:write" | "deploy:approval:read" | "deploy:release:approve" | "deploy:approval:review" | "audit:read" | "user:read" | "security:scan" | "user:write" | "policy:write" | "admin:cache" | "admin:git" | "admin:stats" | "admin:keys" | "tenant:own")[];
                        platformAdmin: boolean;
                        /** @description null for tokens of an external issuer, and for keys */
                        user: {
                            /** Format: uuid */
                            id: string;
                            email: string;
                            name: string;
                            roles: ("owner" | "admin" | "operator" | "approver" | "editor" | "viewer")[];
                            /** @description Makes tenants */
                            platformAdmin: boolean;
                            disabled: boolean;
                            lastLoginAt: string | null;
                            createdBy: string;
                            /** Format: date-time */
                            createdAt: string;
                            /** Format: date-time */
                            updatedAt: string;
                        } | null;
                        apiKey: {
                            /** Format: uuid */
                            id: string;
                            name: string;
                            permissions: ("template:read" | "client:read" | "kb:read" | "workflow:read" | "connection:read" | "deployment:read" | "link:read" | "quality:read" | "prompt:read" | "deploy:release:read" | "deploy:k8s:read" | "deploy:compose:read" | "template:write" | "prompt:write" | "workflow:write" | "kb:write" | "template:import" | "deploy:plan" | "deploy:resources" | "deploy:execute" | "deploy:retry" | "deploy:undeploy" | "workflow:execute" | "client:write" | "deploy:skip" | "deploy:resolve" | "deploy:cancel" | "connection:write" | "deploy:release:apply" | "deploy:release:rollback" | "deploy:k8s:apply" | "deploy:k8s:rollback" | "deploy:compose:apply" | "deploy:compose:rollback" | "environment:write" | "deploy:approval:read" | "deploy:release:approve" | "deploy:approval:review" | "audit:read" | "user:read" | "security:scan" | "user:write" | "policy:write" | "admin:cache" | "admin:git" | "admin:stats" | "admin:keys" | "tenant:own")[];
                            createdBy: string;
                            /** Format: date-time */
                            createdAt: string;
                            /** Format: date-time */
                            expiresAt: string;
                            /** @description To the minute */
                            lastUsedAt: string | null;
                        } | null;
                    };
                };
            };
        };
    };
    changePassword: {
        parameters: {
            query?: never;
            header?: {
                /** @description Follows the request through runs, logs, traces and the audit trail */
                "X-Correlation-Id"?: string;
            };
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                /**
                 * @example {
                 *       "currentPassword": "correct horse battery",
                 *       "newPassword": "staple correct horse"
                 *     }
                 */
                "application/json": {
                    /** @description Write only */
                    currentPassword: string;
                    /** @description At least 12 characters; write only */
                    newPassword: string;
                };
            };
        };
        responses: {
            /** @description The tokens */
            200: {
                headers: {
                    /** @description The request's own, or a fresh one */
                    "X-Correlation-Id": string;
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "accessToken": "eyJhbGciOiJIUzI1NiJ9.…",
                     *       "refreshToken": "rt_…",
                     *       "expiresIn": 1800
                     *     }
                     */
                    "application/json": {
                        accessToken: string;
                        /** @description Good for one refresh */
                        refreshToken: string;
                        /** @description Seconds that the access token is good for */
                        expiresIn: number;
                    };
                };
            };
        };
    };
    listUsers: {
        parameters: {
            query?: {
                /** @description Items per page, 1 to 100 */
                limit?: string;
                /** @description `nextCursor` of the page before */
                cursor?: string;
                /** @description By time; newest first by default */
                sort?: "asc" | "desc";
                email?: string;
                role?: "owner" | "admin" | "operator" | "approver" | "editor" | "viewer";
            };
            header?: {
                /** @description Follows the request through runs, logs, traces and the audit trail */
                "X-Correlation-Id"?: string;
            };
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description A page of users */
            200: {
                headers: {
                    /** @description The request's own, or a fresh one */
                    "X-Correlation-Id": string;
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "items": [
                     *         {
                     *           "id": "a1c3e5f7-2b4d-4f6a-8c0e-2d4f6b8a0c13",
                     *           "email": "ops@agency.example",
                     *           "name": "Ops",
                     *           "roles": [
                     *             "operator"
                     *           ],
                     *           "platformAdmin": false,
                     *           "disabled": false,
                     *           "lastLoginAt": "2026-03-02T09:15:00.000Z",
                     *           "createdBy": "owner@agency.example",
                     *           "createdAt": "2026-03-02T09:15:00.000Z",
                     *           "updatedAt": "2026-03-02T09:15:00.000Z"
                     *         }
                     *       ],
                     *       "nextCursor": null
                     *     }
                     */
                    "application/json": {
                        items: {
                            /** Format: uuid */
                            id: string;
                            email: string;
                            name: string;
                            roles: ("owner" | "admin" | "operator" | "approver" | "editor" | "viewer")[];
                            /** @description Makes tenants */
                            platformAdmin: boolean;
                            disabled: boolean;
                            lastLoginAt: string | null;
                            createdBy: string;
                            /** Format: date-time */
                            createdAt: string;
                            /** Format: date-time */
                            updatedAt: string;
                        }[];
                        nextCursor: string | null;
                    };
                };
            };
        };
    };
    createUser: {
        parameters: {
            query?: never;
            header?: {
                /** @description Follows the request through runs, logs, traces and the audit trail */
                "X-Correlation-Id"?: string;
                /** @description The same answer again for 24 hours */
                "Idempotency-Key"?: string;
                /** @description An ETag: 412 when it has changed since */
                "If-Match"?: string;
            };
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                /**
                 * @example {
                 *       "email": "ops@agency.example",
                 *       "roles": [
                 *         "operator"
                 *       ],
                 *       "password": "correct horse battery"
                 *     }
                 */
                "application/json": {
                    /** Format: email */
                    email: string;
                    name?: string;
                    roles: ("owner" | "admin" | "operator" | "approver" | "editor" | "viewer")[];
                    /** @description At least 12 characters; write only */
                    password: string;
                };
            };
        };
        responses: {
            /** @description Made */
            201: {
                headers: {
                    /** @description The request's own, or a fresh one */
                    "X-Correlation-Id": string;
                    /** @description Changes when the body does; send it back in If-Match */
                    ETag: string;
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "id": "a1c3e5f7-2b4d-4f6a-8c0e-2d4f6b8a0c13",
                     *       "email": "ops@agency.example",
                     *       "name": "Ops",
                     *       "roles": [
                     *         "operator"
                     *       ],
                     *       "platformAdmin": false,
                     *       "disabled": false,
                     *       "lastLoginAt": "2026-03-02T09:15:00.000Z",
                     *       "createdBy": "owner@agency.example",
                     *       "createdAt": "2026-03-02T09:15:00.000Z",
                     *       "updatedAt": "2026-03-02T09:15:00.000Z"
                     *     }
                     */
                    "application/json": {
                        /** Format: uuid */
                        id: string;
                        email: string;
                        name: string;
                        roles: ("owner" | "admin" | "operator" | "approver" | "editor" | "viewer")[];
                        /** @description Makes tenants */
                        platformAdmin: boolean;
                        disabled: boolean;
                        lastLoginAt: string | null;
                        createdBy: string;
                        /** Format: date-time */
                        createdAt: string;
                        /** Format: date-time */
                        updatedAt: string;
                    };
                };
            };
        };
    };
    getUser: {
        parameters: {
            query?: never;
            header?: {
                /** @description Follows the request through runs, logs, traces and the audit trail */
                "X-Correlation-Id"?: string;
            };
            path: {
                id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description The user */
            200: {
                headers: {
                    /** @description The request's own, or a fresh one */
                    "X-Correlation-Id": string;
                    /** @description Changes when the body does; send it back in If-Match */
                    ETag: string;
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "id": "a1c3e5f7-2b4d-4f6a-8c0e-2d4f6b8a0c13",
                     *       "email": "ops@agency.example",
                     *       "name": "Ops",
                     *       "roles": [
                     *         "operator"
                     *       ],
                     *       "platformAdmin": false,
                     *       "disabled": false,
                     *       "lastLoginAt": "2026-03-02T09:15:00.000Z",
                     *       "createdBy": "owner@agency.example",
                     *       "createdAt": "2026-03-02T09:15:00.000Z",
                     *       "updatedAt": "2026-03-02T09:15:00.000Z"
                     *     }
                     */
                    "application/json": {
                        /** Format: uuid */
                        id: string;
                        email: string;
                        name: string;
                        roles: ("owner" | "admin" | "operator" | "approver" | "editor" | "viewer")[];
                        /** @description Makes tenants */
                        platformAdmin: boolean;
                        disabled: boolean;
                        lastLoginAt: string | null;
                        createdBy: string;
                        /** Format: date-time */
                        createdAt: string;
                        /** Format: date-time */
                        updatedAt: string;
                    };
                };
            };
        };
    };
    deleteUser: {
        parameters: {
            query?: never;
            header?: {
                /** @description Follows the request through runs, logs, traces and the audit trail */
                "X-Correlation-Id"?: string;
                /** @description An ETag: 412 when it has changed since */
                "If-Match"?: string;
            };
            path: {
                id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Deleted */
            204: {
                headers: {
                    /** @description The request's own, or a fresh one */
                    "X-Correlation-Id": string;
                    [name: string]: unknown;
                };
                content?: never;
            };
        };
    };
    updateUser: {
        parameters: {
            query?: never;
            header?: {
                /** @description Follows the request through runs, logs, traces and the audit trail */
                "X-Correlation-Id"?: string;
                /** @description An ETag: 412 when it has changed since */
                "If-Match"?: string;
            };
            path: {
                id: string;
            };
            cookie?: never;
        };
        requestBody?: {
            content: {
                /**
                 * @example {
                 *       "roles": [
                 *         "operator",
                 *         "approver"
                 *       ]
                 *     }
                 */
                "application/json": {
                    name?: string;
                    roles?: ("owner" | "admin" | "operator" | "approver" | "editor" | "viewer")[];
                    /** @description true ends their sessions and lets them in no more */
                    disabled?: boolean;
                    /** @description A new password; ends their sessions */
                    password?: string;
                };
            };
        };
        responses: {
            /** @description Changed */
            200: {
                headers: {
                    /** @description The request's own, or a fresh one */
                    "X-Correlation-Id": string;
                    /** @description Changes when the body does; send it back in If-Match */
                    ETag: string;
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "id": "a1c3e5f7-2b4d-4f6a-8c0e-2d4f6b8a0c13",
                     *       "email": "ops@agency.example",
                     *       "name": "Ops",
                     *       "roles": [
                     *         "operator"
                     *       ],
                     *       "platformAdmin": false,
                     *       "disabled": false,
                     *       "lastLoginAt": "2026-03-02T09:15:00.000Z",
                     *       "createdBy": "owner@agency.example",
                     *       "createdAt": "2026-03-02T09:15:00.000Z",
                     *       "updatedAt": "2026-03-02T09:15:00.000Z"
                     *     }
                     */
                    "application/json": {
                        /** Format: uuid */
                        id: string;
                        email: string;
                        name: string;
                        roles: ("owner" | "admin" | "operator" | "approver" | "editor" | "viewer")[];
                        /** @description Makes tenants */
                        platformAdmin: boolean;
                        disabled: boolean;
                        lastLoginAt: string | null;
                        createdBy: string;
                        /** Format: date-time */
                        createdAt: string;
                        /** Format: date-time */
                        updatedAt: string;
                    };
                };
            };
        };
    };
    listInvitations: {
        parameters: {
            query?: {
                /** @description Items per page, 1 to 100 */
                limit?: string;
                /** @description `nextCursor` of the page before */
                cursor?: string;
                /** @description By time; newest first by default */
                sort?: "asc" | "desc";
            };
            header?: {
                /** @description Follows the request through runs, logs, traces and the audit trail */
                "X-Correlation-Id"?: string;
            };
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description A page of invitations */
            200: {
                headers: {
                    /** @description The request's own, or a fresh one */
                    "X-Correlation-Id": string;
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "items": [
                     *         {
                     *           "id": "c3e5a7b9-4d6f-4b8c-8e2a-4f6b8d0c2e15",
                     *           "email": "ada@agency.example",
                     *           "roles": [
                     *             "editor"
                     *           ],
                     *           "createdBy": "owner@agency.example",
                     *           "createdAt": "2026-03-02T09:15:00.000Z",
                     *           "expiresAt": "2026-03-09T09:15:00.000Z"
                     *         }
                     *       ],
                     *       "nextCursor": null
                     *     }
                     */
                    "application/json": {
                        items: {
                            /** Format: uuid */
                            id: string;
                            email: string;
                            roles: ("owner" | "admin" | "operator" | "approver" | "editor" | "viewer")[];
                            createdBy: string;
                            /** Format: date-time */
                            createdAt: string;
                            /** Format: date-time */
                            expiresAt: string;
                        }[];
                        nextCursor: string | null;
                    };
                };
            };
        };
    };
    createInvitation: {
        parameters: {
            query?: never;
            header?: {
                /** @description Follows the request through runs, logs, traces and the audit trail */
                "X-Correlation-Id"?: string;
            };
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                /**
                 * @example {
                 *       "email": "ada@agency.example",
                 *       "roles": [
                 *         "editor"
                 *       ]
                 *     }
                 */
                "application/json": {
                    /** Format: email */
                    email: string;
                    roles: ("owner" | "admin" | "operator" | "approver" | "editor" | "viewer")[];
                    /** @default 7 */
                    expiresInDays?: number;
                };
            };
        };
        responses: {
            /** @description The invitation, with its link */
            201: {
                headers: {
                    /** @description The request's own, or a fresh one */
                    "X-Correlation-Id": string;
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "id": "c3e5a7b9-4d6f-4b8c-8e2a-4f6b8d0c2e15",
                     *       "email": "ada@agency.example",
                     *       "roles": [
                     *         "editor"
                     *       ],
                     *       "createdBy": "owner@agency.example",
                     *       "createdAt": "2026-03-02T09:15:00.000Z",
                     *       "expiresAt": "2026-03-09T09:15:00.000Z",
                     *       "link": "https://slipway.example.com/invitation#inv_…"
                     *     }
                     */
                    "application/json": {
                        /** Format: uuid */
                        id: string;
                        email: string;
                        roles: ("owner" | "admin" | "operator" | "approver" | "editor" | "viewer")[];
                        createdBy: string;
                        /** Format: date-time */
                        createdAt: string;
                        /** Format: date-time */
                        expiresAt: string;
                        /** @description Good once; shown here and never again */
                        link: string;
                    };
                };
            };
        };
    };
    deleteInvitation: {
        parameters: {
            query?: never;
            header?: {
                /** @description Follows the request through runs, logs, traces and the audit trail */
                "X-Correlation-Id"?: string;
            };
            path: {
                id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Deleted */
            204: {
                headers: {
                    /** @description The request's own, or a fresh one */
                    "X-Correlation-Id": string;
                    [name: string]: unknown;
                };
                content?: never;
            };
        };
    };
    acceptInvitation: {
        parameters: {
            query?: never;
            header?: {
                /** @description Follows the request through runs, logs, traces and the audit trail */
                "X-Correlation-Id"?: string;
            };
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                /**
                 * @example {
                 *       "token": "inv_…",
                 *       "password": "correct horse battery",
                 *       "name": "Ada"
                 *     }
                 */
                "application/json": {
                    /** @description What stands after the # of the link */
                    token: string;
                    /** @description At least 12 characters; write only */
                    password: string;
                    name?: string;
                };
            };
        };
        responses: {
            /** @description The tokens */
            201: {
                headers: {
                    /** @description The request's own, or a fresh one */
                    "X-Correlation-Id": string;
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "accessToken": "eyJhbGciOiJIUzI1NiJ9.…",
                     *       "refreshToken": "rt_…",
                     *       "expiresIn": 1800
                     *     }
                     */
                    "application/json": {
                        accessToken: string;
                        /** @description Good for one refresh */
                        refreshToken: string;
                        /** @description Seconds that the access token is good for */
                        expiresIn: number;
                    };
                };
            };
        };
    };
    listApiKeys: {
        parameters: {
            query?: {
                /** @description Items per page, 1 to 100 */
                limit?: string;
                /** @description `nextCursor` of the page before */
                cursor?: string;
                /** @description By time; newest first by default */
                sort?: "asc" | "desc";
            };
            header?: {
                /** @description Follows the request through runs, logs, traces and the audit trail */
                "X-Correlation-Id"?: string;
            };
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description A page of keys */
            200: {
                headers: {
                    /** @description The request's own, or a fresh one */
                    "X-Correlation-Id": string;
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "items": [
                     *         {
                     *           "id": "b2d4f6a8-3c5e-4a7b-9d1f-3e5a7c9b1d14",
                     *           "name": "ci",
                     *           "permissions": [
                     *             "template:import",
                     *             "deploy:plan",
                     *             "deploy:execute"
                     *           ],
                     *           "createdBy": "owner@agency.example",
                     *           "createdAt": "2026-03-02T09:15:00.000Z",
                     *           "expiresAt": "2026-03-09T09:15:00.000Z",
                     *           "lastUsedAt": null
                     *         }
                     *       ],
                     *       "nextCursor": null
                     *     }
                     */
                    "application/json": {
                        items: {
                            /** Format: uuid */
                            id: string;
                            name: string;
                            permissions: ("template:read" | "client:read" | "kb:read" | "workflow:read" | "connection:read" | "deployment:read" | "link:read" | "quality:read" | "prompt:read" | "deploy:release:read" | "deploy:k8s:read" | "deploy:compose:read" | "template:write" | "prompt:write" | "workflow:write" | "kb:write" | "template:import" | "deploy:plan" | "deploy:resources" | "deploy:execute" | "deploy:retry" | "deploy:undeploy" | "workflow:execute" | "client:write" | "deploy:skip" | "deploy:resolve" | "deploy:cancel" | "connection:write" | "deploy:release:apply" | "deploy:release:rollback" | "deploy:k8s:apply" | "deploy:k8s:rollback" | "deploy:compose:apply" | "deploy:compose:rollback" | "environment:write" | "deploy:approval:read" | "deploy:release:approve" | "deploy:approval:review" | "audit:read" | "user:read" | "security:scan" | "user:write" | "policy:write" | "admin:cache" | "admin:git" | "admin:stats" | "admin:keys" | "tenant:own")[];
                            createdBy: string;
                            /** Format: date-time */
                            createdAt: string;
                            /** Format: date-time */
                            expiresAt: string;
                            /** @description To the minute */
                            lastUsedAt: string | null;
                        }[];
                        nextCursor: string | null;
                    };
                };
            };
        };
    };
    createApiKey: {
        parameters: {
            query?: never;
            header?: {
                /** @description Follows the request through runs, logs, traces and the audit trail */
                "X-Correlation-Id"?: string;
            };
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                /**
                 * @example {
                 *       "name": "ci",
                 *       "permissions": [
                 *         "template:import",
                 *         "deploy:plan",
                 *         "deploy:execute"
                 *       ],
                 *       "expiresInDays": 30
                 *     }
                 */
                "application/json": {
                    name: string;
                    /** @description What the key may do; you must hold it yourself */
                    permissions: ("template:read" | "client:read" | "kb:read" | "workflow:read" | "connection:read" | "deployment:read" | "link:read" | "quality:read" | "prompt:read" | "deploy:release:read" | "deploy:k8s:read" | "deploy:compose:read" | "template:write" | "prompt:write" | "workflow:write" | "kb:write" | "template:import" | "deploy:plan" | "deploy:resources" | "deploy:execute" | "deploy:retry" | "deploy:undeploy" | "workflow:execute" | "client:write" | "deploy:skip" | "deploy:resolve" | "deploy:cancel" | "connection:write" | "deploy:release:apply" | "deploy:release:rollback" | "deploy:k8s:apply" | "deploy:k8s:rollback" | "deploy:compose:apply" | "deploy:compose:rollback" | "environment:write" | "deploy:approval:read" | "deploy:release:approve" | "deploy:approval:review" | "audit:read" | "user:read" | "security:scan" | "user:write" | "policy:write" | "admin:cache" | "admin:git" | "admin:stats" | "admin:keys" | "tenant:own")[];
                    /** @default 90 */
                    expiresInDays?: number;
                };
            };
        };
        responses: {
            /** @description The key */
            201: {
                headers: {
                    /** @description The request's own, or a fresh one */
                    "X-Correlation-Id": string;
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "id": "b2d4f6a8-3c5e-4a7b-9d1f-3e5a7c9b1d14",
                     *       "name": "ci",
                     *       "permissions": [
                     *         "template:import",
                     *         "deploy:plan",
                     *         "deploy:execute"
                     *       ],
                     *       "createdBy": "owner@agency.example",
                     *       "createdAt": "2026-03-02T09:15:00.000Z",
                     *       "expiresAt": "2026-03-09T09:15:00.000Z",
                     *       "lastUsedAt": null,
                     *       "key": "sk_…"
                     *     }
                     */
                    "application/json": {
                        /** Format: uuid */
                        id: string;
                        name: string;
                        permissions: ("template:read" | "client:read" | "kb:read" | "workflow:read" | "connection:read" | "deployment:read" | "link:read" | "quality:read" | "prompt:read" | "deploy:release:read" | "deploy:k8s:read" | "deploy:compose:read" | "template:write" | "prompt:write" | "workflow:write" | "kb:write" | "template:import" | "deploy:plan" | "deploy:resources" | "deploy:execute" | "deploy:retry" | "deploy:undeploy" | "workflow:execute" | "client:write" | "deploy:skip" | "deploy:resolve" | "deploy:cancel" | "connection:write" | "deploy:release:apply" | "deploy:release:rollback" | "deploy:k8s:apply" | "deploy:k8s:rollback" | "deploy:compose:apply" | "deploy:compose:rollback" | "environment:write" | "deploy:approval:read" | "deploy:release:approve" | "deploy:approval:review" | "audit:read" | "user:read" | "security:scan" | "user:write" | "policy:write" | "admin:cache" | "admin:git" | "admin:stats" | "admin:keys" | "tenant:own")[];
                        createdBy: string;
                        /** Format: date-time */
                        createdAt: string;
                        /** Format: date-time */
                        expiresAt: string;
                        /** @description To the minute */
                        lastUsedAt: string | null;
                        /** @description The key itself, shown here and never again */
                        key: string;
                    };
                };
            };
        };
    };
    getApiKey: {
        parameters: {
            query?: never;
            header?: {
                /** @description Follows the request through runs, logs, traces and the audit trail */
                "X-Correlation-Id"?: string;
            };
            path: {
                id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description All but the key itself */
            200: {
                headers: {
                    /** @description The request's own, or a fresh one */
                    "X-Correlation-Id": string;
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "id": "b2d4f6a8-3c5e-4a7b-9d1f-3e5a7c9b1d14",
                     *       "name": "ci",
                     *       "permissions": [
                     *         "template:import",
                     *         "deploy:plan",
                     *         "deploy:execute"
                     *       ],
                     *       "createdBy": "owner@agency.example",
                     *       "createdAt": "2026-03-02T09:15:00.000Z",
                     *       "expiresAt": "2026-03-09T09:15:00.000Z",
                     *       "lastUsedAt": null
                     *     }
                     */
                    "application/json": {
                        /** Format: uuid */
                        id: string;
                        name: string;
                        permissions: ("template:read" | "client:read" | "kb:read" | "workflow:read" | "connection:read" | "deployment:read" | "link:read" | "quality:read" | "prompt:read" | "deploy:release:read" | "deploy:k8s:read" | "deploy:compose:read" | "template:write" | "prompt:write" | "workflow:write" | "kb:write" | "template:import" | "deploy:plan" | "deploy:resources" | "deploy:execute" | "deploy:retry" | "deploy:undeploy" | "workflow:execute" | "client:write" | "deploy:skip" | "deploy:resolve" | "deploy:cancel" | "connection:write" | "deploy:release:apply" | "deploy:release:rollback" | "deploy:k8s:apply" | "deploy:k8s:rollback" | "deploy:compose:apply" | "deploy:compose:rollback" | "environment:write" | "deploy:approval:read" | "deploy:release:approve" | "deploy:approval:review" | "audit:read" | "user:read" | "security:scan" | "user:write" | "policy:write" | "admin:cache" | "admin:git" | "admin:stats" | "admin:keys" | "tenant:own")[];
                        createdBy: string;
                        /** Format: date-time */
                        createdAt: string;
                        /** Format: date-time */
                        expiresAt: string;
                        /** @description To the minute */
                        lastUsedAt: string | null;
                    };
                };
            };
        };
    };
    deleteApiKey: {
        parameters: {
            query?: never;
            header?: {
                /** @description Follows the request through runs, logs, traces and the audit trail */
                "X-Correlation-Id"?: string;
            };
            path: {
                id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Deleted */
            204: {
                headers: {
                    /** @description The request's own, or a fresh one */
                    "X-Correlation-Id": string;
                    [name: string]: unknown;
                };
                content?: never;
            };
        };
    };
    createTenant: {
        parameters: {
            query?: never;
            header?: {
                /** @description Follows the request through runs, logs, traces and the audit trail */
                "X-Correlation-Id"?: string;
                /** @description The same answer again for 24 hours */
                "Idempotency-Key"?: string;
            };
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                /**
                 * @example {
                 *       "name": "bright-agency",
                 *       "owner": {
                 *         "email": "ops@agency.example",
                 *         "password": "correct horse battery"
                 *       }
                 *     }
                 */
                "application/json": {
                    name: string;
                    owner: {
                        /** Format: email */
                        email: string;
                        /** @description At least 12 characters; write only */
                        password: string;
                    };
                };
            };
        };
        responses: {
            /** @description Made */
            201: {
                headers: {
                    /** @description The request's own, or a fresh one */
                    "X-Correlation-Id": string;
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "id": "3f5b7d91-0c2e-8a46-b8d0-1f3a5c7e9b12",
                     *       "name": "bright-agency",
                     *       "createdAt": "2026-03-02T09:15:00.000Z",
                     *       "owner": {
                     *         "id": "a1c3e5f7-2b4d-4f6a-8c0e-2d4f6b8a0c13",
                     *         "email": "ops@agency.example",
                     *         "name": "Ops",
                     *         "roles": [
                     *           "owner"
                     *         ],
                     *         "platformAdmin": false,
                     *         "disabled": false,
                     *         "lastLoginAt": null,
                     *         "createdBy": "owner@agency.example",
                     *         "createdAt": "2026-03-02T09:15:00.000Z",
                     *         "updatedAt": "2026-03-02T09:15:00.000Z"
                     *       }
                     *     }
                     */
                    "application/json": {
                        /** Format: uuid */
                        id: string;
                        name: string;
                        /** Format: date-time */
                        createdAt: string;
                        owner: {
                            /** Format: uuid */
                            id: string;
                            email: string;
                            name: string;
                            roles: ("owner" | "admin" | "operator" | "approver" | "editor" | "viewer")[];
                            /** @description Makes tenants */
                            platformAdmin: boolean;
                            disabled: boolean;
                            lastLoginAt: string | null;
                            createdBy: string;
                            /** Format: date-time */
                            createdAt: string;
                            /** Format: date-time */
                            updatedAt: string;
                        };
                    };
                };
            };
        };
    };
    syncRepository: {
        parameters: {
            query?: never;
            header?: {
                /** @description Follows the request through runs, logs, traces and the audit trail */
                "X-Correlation-Id"?: string;
                /** @description The same answer again for 24 hours */
                "Idempotency-Key"?: string;
            };
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Both sides are at `head` */
            200: {
                headers: {
                    /** @description The request's own, or a fresh one */
                    "X-Correlation-Id": string;
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "head": "4b825dc642cb6eb9a060e54bf8d69288fbee4904",
                     *       "pulled": [
                     *         {
                     *           "templateId": "0b6f0b9a-35b3-8f5a-8d0e-8f4b8f6d3a01",
                     *           "action": "update",
                     *           "version": "1.2.1"
                     *         }
                     *       ],
                     *       "pushed": 2,
                     *       "conflicts": 0
                     *     }
                     */
                    "application/json": {
                        /** @description The commit that both sides have now */
                        head: string | null;
                        /** @description Templates that the remote changed */
                        pulled: {
                            /** Format: uuid */
                            templateId: string;
                            /** @enum {string} */
                            action: "create" | "update" | "delete" | "restore";
                            version: string | null;
                        }[];
                        /** @description Commits that the remote did not have */
                        pushed: number;
                        /** @description Conflicts that wait for a decision */
                        conflicts: number;
                    };
                };
            };
        };
    };
    gitStatus: {
        parameters: {
            query?: never;
            header?: {
                /** @description Follows the request through runs, logs, traces and the audit trail */
                "X-Correlation-Id"?: string;
            };
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Head, remote, lag, last synchronization, conflicts */
            200: {
                headers: {
                    /** @description The request's own, or a fresh one */
                    "X-Correlation-Id": string;
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "head": "4b825dc642cb6eb9a060e54bf8d69288fbee4904",
                     *       "remote": {
                     *         "url": "https://git.example.com/agency/templates.git",
                     *         "branch": "main",
                     *         "sha": "4b825dc642cb6eb9a060e54bf8d69288fbee4904"
                     *       },
                     *       "lag": {
                     *         "unwritten": 0,
                     *         "unpushed": 0
                     *       },
                     *       "lastSync": {
                     *         "at": "2026-03-02T09:15:00.000Z",
                     *         "by": "ops@agency.example",
                     *         "succeededAt": "2026-03-02T09:15:00.000Z",
                     *         "error": null
                     *       },
                     *       "conflicts": 1
                     *     }
                     */
                    "application/json": {
                        head: string | null;
                        /** @description null without a connection for git */
                        remote: {
                            url: string;
                            branch: string;
                            /** @description What its branch was at after the last synchronization */
                            sha: string | null;
                        } | null;
                        lag: {
                            /** @description Changes that are no commits yet */
                            unwritten: number;
                            /** @description Commits that the remote has not got */
                            unpushed: number;
                        };
                        lastSync: {
                            /** Format: date-time */
                            at: string;
                            by: string;
                            succeededAt: string | null;
                            error: {
                                code: string;
                                message: string;
                            } | null;
                        } | null;
                        conflicts: number;
                    };
                };
            };
        };
    };
    listGitConflicts: {
        parameters: {
            query?: {
                /** @description Items per page, 1 to 100 */
                limit?: string;
                /** @description `nextCursor` of the page before */
                cursor?: string;
                /** @description By time; newest first by default */
                sort?: "asc" | "desc";
                status?: "open" | "resolved" | "settled" | "all";
                templateId?: string;
            };
            header?: {
                /** @description Follows the request through runs, logs, traces and the audit trail */
                "X-Correlation-Id"?: string;
            };
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description A page of conflicts */
            200: {
                headers: {
                    /** @description The request's own, or a fresh one */
                    "X-Correlation-Id": string;
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "items": [
                     *         {
                     *           "id": "0c2e4a6b-9d1f-4f3c-b7e9-8a0d2f4c6b12",
                     *           "templateId": "0b6f0b9a-35b3-8f5a-8d0e-8f4b8f6d3a01",
                     *           "path": "retell/dental-receptionist/template.yaml",
                     *           "reason": "both_changed",
                     *           "problems": [
                     *             {
                     *               "pointer": "/meta/title",
                     *               "message": "is \"Front desk\" in the remote and \"Dental receptionist\" here"
                     *             }
                     *           ],
                     *           "base": {
                     *             "kind": "retell",
                     *             "meta": {
                     *               "title": "Receptionist"
                     *             }
                     *           },
                     *           "ours": {
                     *             "kind": "retell",
                     *             "meta": {
                     *               "title": "Dental receptionist"
                     *             }
                     *           },
                     *           "theirs": "kind: retell\nmeta:\n  title: Front desk\n",
                     *           "remoteSha": "4b825dc642cb6eb9a060e54bf8d69288fbee4904",
                     *           "author": "Ada <ada@example.com>",
                     *           "status": "open",
                     *           "resolution": null,
                     *           "resolvedBy": null,
                     *           "createdAt": "2026-03-02T09:15:00.000Z",
                     *           "resolvedAt": null
                     *         }
                     *       ],
                     *       "nextCursor": null
                     *     }
                     */
                    "application/json": {
                        items: {
                            /** Format: uuid */
                            id: string;
                            templateId: string | null;
                            path: string;
                            /**
                             * @description both_changed: the same place, differently; deleted_there or deleted_here: and changed on the other side; invalid: the file is no template; misplaced: no template of this folder
                             * @enum {string}
                             */
                            reason: "both_changed" | "deleted_there" | "deleted_here" | "invalid" | "misplaced";
                            problems: {
                                pointer: string;
                                message: string;
                            }[];
                            /** @description What both sides began with; null where there was nothing */
                            base: unknown;
                            /** @description What the template says now; null where there is none */
                            ours: {
                                [key: string]: unknown;
                            } | null;
                            /** @description The remote's file; of a project template, what its directory says as JSON. Empty where that cannot be read, null where it was deleted */
                            theirs: string | null;
                            remoteSha: string;
                            author: string;
                            /**
                             * @description settled: a later change in the remote made it disappear
                             * @enum {string}
                             */
                            status: "open" | "resolved" | "settled";
                            resolution: ("ours" | "theirs" | "content") | null;
                            resolvedBy: string | null;
                            /** Format: date-time */
                            createdAt: string;
                            resolvedAt: string | null;
                        }[];
                        nextCursor: string | null;
                    };
                };
            };
        };
    };
    resolveGitConflict: {
        parameters: {
            query?: never;
            header?: {
                /** @description Follows the request through runs, logs, traces and the audit trail */
                "X-Correlation-Id"?: string;
                /** @description The same answer again for 24 hours */
                "Idempotency-Key"?: string;
            };
            path: {
                id: string;
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                /**
                 * @example {
                 *       "take": "theirs"
                 *     }
                 */
                "application/json": {
                    /** @enum {string} */
                    take: "ours" | "theirs" | "content";
                    /** @description With `take: content`: the template as it shall be, as JSON or as JSON or YAML text */
                    content?: {
                        [key: string]: unknown;
                    } | string;
                };
            };
        };
        responses: {
            /** @description Decided */
            200: {
                headers: {
                    /** @description The request's own, or a fresh one */
                    "X-Correlation-Id": string;
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "id": "0c2e4a6b-9d1f-4f3c-b7e9-8a0d2f4c6b12",
                     *       "templateId": "0b6f0b9a-35b3-8f5a-8d0e-8f4b8f6d3a01",
                     *       "path": "retell/dental-receptionist/template.yaml",
                     *       "reason": "both_changed",
                     *       "problems": [
                     *         {
                     *           "pointer": "/meta/title",
                     *           "message": "is \"Front desk\" in the remote and \"Dental receptionist\" here"
                     *         }
                     *       ],
                     *       "base": {
                     *         "kind": "retell",
                     *         "meta": {
                     *           "title": "Receptionist"
                     *         }
                     *       },
                     *       "ours": {
                     *         "kind": "retell",
                     *         "meta": {
                     *           "title": "Dental receptionist"
                     *         }
                     *       },
                     *       "theirs": "kind: retell\nmeta:\n  title: Front desk\n",
                     *       "remoteSha": "4b825dc642cb6eb9a060e54bf8d69288fbee4904",
                     *       "author": "Ada <ada@example.com>",
                     *       "status": "resolved",
                     *       "resolution": "theirs",
                     *       "resolvedBy": "ops@agency.example",
                     *       "createdAt": "2026-03-02T09:15:00.000Z",
                     *       "resolvedAt": "2026-03-02T09:15:00.000Z"
                     *     }
                     */
                    "application/json": {
                        /** Format: uuid */
                        id: string;
                        templateId: string | null;
                        path: string;
                        /**
                         * @description both_changed: the same place, differently; deleted_there or deleted_here: and changed on the other side; invalid: the file is no template; misplaced: no template of this folder
                         * @enum {string}
                         */
                        reason: "both_changed" | "deleted_there" | "deleted_here" | "invalid" | "misplaced";
                        problems: {
                            pointer: string;
                            message: string;
                        }[];
                        /** @description What both sides began with; null where there was nothing */
                        base: unknown;
                        /** @description What the template says now; null where there is none */
                        ours: {
                            [key: string]: unknown;
                        } | null;
                        /** @description The remote's file; of a project template, what its directory says as JSON. Empty where that cannot be read, null where it was deleted */
                        theirs: string | null;
                        remoteSha: string;
                        author: string;
                        /**
                         * @description settled: a later change in the remote made it disappear
                         * @enum {string}
                         */
                        status: "open" | "resolved" | "settled";
                        resolution: ("ours" | "theirs" | "content") | null;
                        resolvedBy: string | null;
                        /** Format: date-time */
                        createdAt: string;
                        resolvedAt: string | null;
                    };
                };
            };
        };
    };
}
