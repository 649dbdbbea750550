export { deployPlan, undeployPlan } from './deploy-plan.ts'
export { instantiateProject } from './instantiate.ts'
export { pipeline } from './pipeline.ts'
export { checkConnection, customizeTemplate, importTemplate, initializeResources, planDeployment, previewCustomization } from './stages.ts'
